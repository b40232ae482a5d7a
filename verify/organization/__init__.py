"""One answer for a whole organization: in which account and Region would an App Mesh event be lost?

accounts        which accounts there are, whatever their state
sessions        the verifier's role in each of them
survey          what would catch an event there, Region by Region
pool, budget    how many calls are made side by side, and how fast
checkpoint      where an interrupted run goes on
matrix          what was found, one row an account
"""
