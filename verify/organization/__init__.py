"""One answer for a whole organization: in which account and Region would an App Mesh event be lost?

accounts, listing, leavers  which accounts there are, whatever their state, and which there were
sessions, signing           the verifier's role in each of them, and one set of clients for all
pool, budget                how many calls are made side by side, and how fast
shared                      what belongs to the whole organization, asked once
survey, account, questions  each account, Region by Region
candidates, cell            what would become of an event there, decided from the answers
lasting, landing            whether events that happened are in a store that lasts
at_once, searches           the same for all accounts at once, by Athena or CloudTrail Lake
matrix, claims, document    what was found, one row an account
accepting                   the risks that somebody accepts, account by account and Region by Region
sources                     whose events it is about
checkpoint                  where an interrupted run goes on
run, asked, command         all of it, as it was asked for
"""
