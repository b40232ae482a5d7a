"""How fast is it? meshtrail, its peers and the floor, measured side by side: `make bench`.

    corpus       log and digest files as CloudTrail writes them, made up, the same every time
    endpoint     S3 and the calls of CloudTrail that readers make, in a process of its own
    peers        what others do with the same files
    ours         what meshtrail does with them
    measure      one run of one command: time, processor time, memory
    measurements what is measured
    results      the words for what was measured, and what is required of it
    page, plots  docs/performance.md

Nothing imports this room, and it is not shipped: it stands outside and holds the watch.
"""
