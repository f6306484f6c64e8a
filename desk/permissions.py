"""The policy's lines for this app."""

from core.policy import ANYONE, SIGNED_IN, Rule, rule

POLICY: dict[str, Rule] = {
    "desk:home": rule(SIGNED_IN, scope="own work"),
    "desk:own_data": rule(SIGNED_IN, scope="own data", sensitive=True),
    "desk:about": rule(ANYONE, scope="public page"),
    "desk:rights": rule(SIGNED_IN, scope="the policy itself"),
}
