"""The policy's lines for this app: everything here is public."""

from core.policy import ANYONE, Rule, rule

_RESULTS = rule(ANYONE, scope="calls whose results are published")
_CALLS = rule(ANYONE, scope="published calls")

POLICY: dict[str, Rule] = {
    "reports:result_list": _RESULTS,
    "reports:result_file": _RESULTS,
    "reports:call_results": _RESULTS,
    "reports:call_calculator": _CALLS,
    "reports:api_guide": rule(ANYONE, scope="public page"),
    "api:awards": _RESULTS,
    "common-grants:opportunity_list": _CALLS,
    "common-grants:opportunity": _CALLS,
    "common-grants:opportunity_search": _CALLS,
}
