"""What all settings of a bucket share: put on creation and on every update, identified by the bucket's name."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Any, ClassVar, Final

from botocore.exceptions import ClientError

from sandbox.provider.aws_errors import code_of, gone_is_fine
from sandbox.provider.properties import Property, Text
from sandbox.provider.resource_type import ResourceType, State, Values
from sandbox.provider.s3_bucket import NO_SUCH_BUCKET

if TYPE_CHECKING:
    from sandbox.provider.session import Aws

BUCKET: Final = Property(kind=Text(shortest=1, longest=63), required=True, replaces=True)
"""The `bucket` of a setting."""
OWNER: Final = frozenset({"expectedBucketOwner"})
"""A deprecated input of most settings, which the sandbox refuses."""


class BucketSetting(ResourceType):
    """One setting of a bucket.

    Attributes:
        absent: Error codes that say the bucket has no such setting.
    """

    absent: ClassVar[tuple[str, ...]] = ()

    @abstractmethod
    def put(self, s3: Any, bucket: str, inputs: Values) -> None:
        """Put the setting on the bucket."""

    @abstractmethod
    def get(self, s3: Any, bucket: str) -> Values | None:
        """The setting as inputs, or None when the bucket has none."""

    @abstractmethod
    def remove(self, s3: Any, bucket: str, outputs: Values) -> None:
        """Take the setting off the bucket."""

    def create(self, aws: Aws, inputs: Values) -> State:
        """Put the setting on the bucket."""
        return State(inputs["bucket"], self.update(aws, inputs["bucket"], {}, inputs))

    def look(self, aws: Aws, resource_id: str, inputs: Values) -> State | None:
        """The setting as the bucket has it."""
        try:
            found = self.get(aws.client("s3", inputs["region"]), resource_id)
        except ClientError as error:
            if code_of(error) in (*NO_SUCH_BUCKET, *self.absent):
                return None
            raise
        if found is None:
            return None
        return State(resource_id, inputs | {"bucket": resource_id} | found)

    def update(self, aws: Aws, resource_id: str, olds: Values, news: Values) -> Values:
        """Put the setting on the bucket again."""
        del olds
        self.put(aws.client("s3", news["region"]), resource_id, news)
        return dict(news)

    def delete(self, aws: Aws, resource_id: str, outputs: Values) -> None:
        """Take the setting off the bucket."""
        with gone_is_fine(*NO_SUCH_BUCKET, *self.absent):
            self.remove(aws.client("s3", outputs["region"]), resource_id, outputs)
