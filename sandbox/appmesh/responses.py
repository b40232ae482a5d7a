"""App Mesh's requests and responses, between HTTP and the store.

moto calls a method named after the operation (`create_virtual_service`). The 38 methods differ in nothing but
the kind of resource and the verb, so they are made from those two, below the class.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Final

from moto.core.parse import RestJSONParser
from moto.core.responses import ActionResult, BaseResponse
from moto.core.utils import camelcase_to_underscores, get_service_model
from moto.moto_api._internal import mock_random

from sandbox.appmesh.exceptions import AppMeshEnded, BadRequest
from sandbox.appmesh.kinds import KINDS, Kind
from sandbox.appmesh.models import AppMeshBackend, appmesh_backends
from sandbox.appmesh.switch import AppMeshSwitch
from sandbox.appmesh.validation import check

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    # What an operation does: the store and the request in, the response out.
    Act = Callable[[AppMeshBackend, Mapping[str, Any]], dict[str, Any]]


class AppMeshResponse(BaseResponse):
    """One App Mesh request, as moto's server dispatches it.

    Attributes:
        switch: Whether App Mesh has ended; set by `sandbox.appmesh.register`.
    """

    switch: ClassVar[AppMeshSwitch] = AppMeshSwitch()
    # moto decodes bodies as it receives them, and fails on what is not UTF-8; here that is the parser's matter.
    use_raw_body = True

    def __init__(self) -> None:
        super().__init__(service_name="appmesh")

    def answer(self, act: Act) -> ActionResult:
        """Read the request, hold it to the model, and act on it.

        Raises:
            AppMeshEnded: The switch says so.
            ServiceException: Any of `sandbox.appmesh.exceptions`, which moto turns into the HTTP answer.
        """
        if self.switch.ended:
            raise AppMeshEnded
        return ActionResult(act(self._backend(), self._parameters()))

    def _backend(self) -> AppMeshBackend:
        try:
            return appmesh_backends[self.current_account][self.region]
        except KeyError:
            # On AWS there is no endpoint to ask; the sandbox has one address for all Regions.
            raise BadRequest(f"App Mesh was never offered in {self.region}.") from None

    def _parameters(self) -> dict[str, Any]:
        request = self.normalized_request
        operation = get_service_model("appmesh").operation_model(self._get_action())
        try:
            parsed = RestJSONParser(operation).parse(
                {
                    "method": request.method,
                    "values": request.args,
                    "headers": request.headers,
                    "body": request.data,
                    "url_path": request.path,
                    "url_params": self.uri_match,
                }
            )
        except (AttributeError, TypeError, ValueError, RecursionError):
            # moto's parser trusts the shape of the body; what it trips over is not what the model says.
            raise BadRequest("The request could not be parsed.") from None
        if operation.input_shape is not None:
            check(parsed, operation.input_shape)
        return parsed

    @staticmethod
    def _enrich_response(headers: dict[str, str], body: Any) -> tuple[dict[str, str], Any]:
        # moto gives every service a request ID of 52 letters; App Mesh's are UUIDs.
        headers["x-amzn-requestid"] = str(mock_random.uuid4())
        return {name: str(value) for name, value in headers.items()}, body


def _verbs(kind: Kind) -> dict[str, Act]:
    """What each of a kind's five operations does, by the operation's name."""

    def create(backend: AppMeshBackend, parameters: Mapping[str, Any]) -> dict[str, Any]:
        return {kind.key: backend.create(kind, parameters)}

    def describe(backend: AppMeshBackend, parameters: Mapping[str, Any]) -> dict[str, Any]:
        return {kind.key: backend.describe(kind, parameters)}

    def update(backend: AppMeshBackend, parameters: Mapping[str, Any]) -> dict[str, Any]:
        return {kind.key: backend.update(kind, parameters)}

    def delete(backend: AppMeshBackend, parameters: Mapping[str, Any]) -> dict[str, Any]:
        return {kind.key: backend.delete(kind, parameters)}

    def list_(backend: AppMeshBackend, parameters: Mapping[str, Any]) -> dict[str, Any]:
        items, token = backend.list_(kind, parameters)
        return {kind.list_key: items, "nextToken": token}

    return {
        f"Create{kind.name}": create,
        f"Describe{kind.name}": describe,
        f"Update{kind.name}": update,
        f"Delete{kind.name}": delete,
        f"List{kind.plural}": list_,
    }


def _list_tags(backend: AppMeshBackend, parameters: Mapping[str, Any]) -> dict[str, Any]:
    tags, token = backend.list_tags(parameters)
    return {"tags": tags, "nextToken": token}


def _tag(backend: AppMeshBackend, parameters: Mapping[str, Any]) -> dict[str, Any]:
    backend.tag(parameters)
    return {}


def _untag(backend: AppMeshBackend, parameters: Mapping[str, Any]) -> dict[str, Any]:
    backend.untag(parameters)
    return {}


def _method(act: Act) -> Callable[[AppMeshResponse], ActionResult]:
    def method(self: AppMeshResponse) -> ActionResult:
        return self.answer(act)

    return method


_TAG_ACTS: Final[dict[str, Act]] = {
    "ListTagsForResource": _list_tags,
    "TagResource": _tag,
    "UntagResource": _untag,
}
for _acts in (_TAG_ACTS, *map(_verbs, KINDS)):
    for _operation, _act in _acts.items():
        setattr(AppMeshResponse, camelcase_to_underscores(_operation), _method(_act))
