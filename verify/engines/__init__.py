"""Who reads the trails' log files, and what that costs.

kind         local, athena or lake
choice       the stores of a verification, with the engine that was chosen
options      the command line's options for it
meter        bytes and units, told before and after, and the bound that refuses
query        one query of Athena, from start to its rows
table        whether Athena's table is the one over this trail's log files
found        its rows, sorted by account and Region
permissions  what Athena has to be allowed
"""
