"""The same program over many accounts: planned in waves, run as stacks, and written down in a journal.

selection       which accounts, and which are left out and why
plan            the accounts as stacks, the stacks as waves
events, journal what happens, written down before and after it does
state           the journal read back: what is known of every stack, and what is still to do
stacks          the port: what a rollout asks of Pulumi, and the outcomes it can have
automation      the same through Pulumi's Automation API
runner          the waves, how many stacks at once, when to stop
"""
