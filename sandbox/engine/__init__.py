"""Runs an unmodified Pulumi program without the Pulumi CLI, over Pulumi's own gRPC protocol.

    run.py           the one entry: `run_program` and `destroy_stack`
    project.py       Pulumi.yaml and Pulumi.<stack>.yaml
    stack_config.py  the configuration as the CLI would hand it to the program
    program.py       the program itself, in a thread of its own
    monitor.py       the gRPC services the program talks to
    messages.py      their requests as registrations
    deployment.py    one run's books: what is registered, what became of it
    steps.py         what is done with one resource: check, diff, create, update, replace
    deletion.py      what is taken away in the end
    state.py         what the last run left behind
    registration.py  what the program asked for, as a value

Import from the modules; this package imports nothing.
"""
