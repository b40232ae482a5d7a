"""What AWS answers when it refuses."""

import pytest
from botocore.exceptions import ClientError

from tests.verify.controls.answers import DENIED


@pytest.fixture
def denied() -> ClientError:
    """A refusal."""
    return DENIED
