"""S3, and the calls of CloudTrail and STS that readers make, on loopback and in a process of its own.

    http      requests in, answers out, in order; pipelined or not
    buckets   what lies where, every answer made before anybody asks
    listing   ListObjects and ListObjectsV2
    calls     CloudTrail and STS
    control   the bench's own requests: serve this corpus, how busy were you
    server    the process
    client    the bench's side of it

It has to be so fast that it is never what is measured: answers are whole before they are asked for, and a GET is
one look into a dict. Signatures of requests are not checked.
"""
