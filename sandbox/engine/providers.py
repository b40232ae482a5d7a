"""Which AWS a resource belongs to: the default provider, or an explicit one by its reference."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, Final

from sandbox.engine.errors import Refused
from sandbox.engine.urn import PROVIDER_PREFIX, Urn
from sandbox.provider.session import Aws, ProviderConfig

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sandbox.engine.state import StackState

AWS_PROVIDER: Final = f"{PROVIDER_PREFIX}aws"


class Providers:
    """The providers of one run, made when first needed."""

    def __init__(self, config: Mapping[str, Any], *, endpoint: str | None, state: StackState) -> None:
        self._config = config
        self._endpoint = endpoint
        self._state = state
        self._made: dict[str, Aws] = {}
        self._lock = threading.Lock()

    def add(self, urn: str, inputs: Mapping[str, Any]) -> Aws:
        """An explicit provider, from its inputs.

        Raises:
            ProviderMisconfigured: when they cannot be used, or lead to an account they do not allow.
        """
        aws = Aws(ProviderConfig.read(inputs, endpoint=self._endpoint, where=urn))
        aws.configure()
        with self._lock:
            self._made[urn] = aws
        return aws

    def find(self, reference: str, type_token: str) -> Aws:
        """The provider of a resource.

        Args:
            reference: `<urn>::<id>` of an explicit provider, or empty.
            type_token: The resource's type, for the message when there is no provider for its package.

        Raises:
            Refused: when the package is not AWS's, or the reference names no provider.
            ProviderMisconfigured: when the stack's `aws:` configuration cannot be used, or its credentials belong
                to an account it does not allow.
        """
        if not type_token.startswith("aws:"):
            raise Refused(
                f"The sandbox has no provider for {type_token}", remedy="It has one for `aws:` only."
            )
        urn = reference.rpartition("::")[0]
        with self._lock:
            if urn in self._made:
                return self._made[urn]
        if not urn:
            made = Aws(
                ProviderConfig.read(
                    self._config, endpoint=self._endpoint, where="the stack's `aws:` settings"
                )
            )
            made.configure()
            with self._lock:
                return self._made.setdefault("", made)
        remembered = self._state.resources.get(urn)
        if remembered is None or Urn.parse(urn).type != AWS_PROVIDER:
            raise Refused("There is no such AWS provider", where=reference)
        return self.add(urn, remembered.inputs)
