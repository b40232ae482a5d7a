"""How fast is it? meshtrail, its peers and the floor, measured side by side: `make bench`.

    corpus         log and digest files as CloudTrail writes them, made up
    endpoint       S3 and the calls of CloudTrail that readers make, in a process of its own
    peers          what others do with the same files, and the floor
    ours           what meshtrail does with them
    event_history  reading Event history on a simulated clock
    measure        one run of one command: time, processor time, memory
    measurements   what is measured, and what is required
    results        the words for it, and `build/bench.json`
    page, plots    docs/performance.md

Nothing imports this room but its tests, and it is not shipped: it stands outside and holds the watch.
"""
