"""Log and digest files as CloudTrail writes them, made up, the same every time.

spec       how many, how large, over how many days
records    one record
log_files  the bodies of log files
trail      keys and a signed chain of digest files around them
folder     the log files on local disk
"""

from bench.corpus.folder import write_folder
from bench.corpus.log_files import Body, bodies
from bench.corpus.spec import ACCOUNT, REGION, TRAIL, TRAIL_ARN, Spec, midnight
from bench.corpus.trail import Signer, Stored, log_keys, objects

__all__ = [
    "ACCOUNT",
    "REGION",
    "TRAIL",
    "TRAIL_ARN",
    "Body",
    "Signer",
    "Spec",
    "Stored",
    "bodies",
    "log_keys",
    "midnight",
    "objects",
    "write_folder",
]
