"""The policy's lines for this app."""

from accounts.permissions import ADMINISTRATOR
from core.policy import ANYONE, SIGNED_IN, Rule, rule
from funding.permissions import MANAGER, STAFF

POLICY: dict[str, Rule] = {
    "desk:home": rule(SIGNED_IN, scope="own work"),
    "desk:application_timeline": rule(SIGNED_IN, scope="own organisations' applications"),
    "desk:staff_application_timeline": rule(*STAFF, scope="submitted applications of own projects"),
    "desk:own_data": rule(SIGNED_IN, scope="own data", sensitive=True),
    "desk:erasure": rule(SIGNED_IN, scope="own account", sensitive=True),
    "desk:erasure_take_back": rule(SIGNED_IN, scope="own account"),
    "desk:erasure_requests": rule(ADMINISTRATOR, scope="all accounts", sensitive=True),
    "desk:erasure_confirm": rule(ADMINISTRATOR, scope="requests of another administrator", sensitive=True),
    "desk:erasure_refuse": rule(ADMINISTRATOR, scope="all open requests"),
    "desk:retention": rule(*STAFF, scope="own projects; managers record and approve"),
    "desk:holds": rule(*STAFF, scope="own projects, without files one is recused from; managers hold"),
    "desk:hold_lift": rule(MANAGER, scope="holds of managed projects"),
    "desk:organisation_doubles": rule(MANAGER, scope="organisations that applied to own projects"),
    "desk:organisation_double": rule(MANAGER, scope="two organisations that applied to one own project"),
    "desk:organisation_merge": rule(
        MANAGER, scope="proposals about organisations that applied to own projects; not the own proposal"
    ),
    "desk:about": rule(ANYONE, scope="public page"),
    "desk:rights": rule(SIGNED_IN, scope="the policy itself"),
}
