"""Who else is on a page now (A12): kept in Redis for a moment, without the database. Without Redis nobody is shown."""

from typing import Any

from django.conf import settings
from django.core import signing

from core import clock

SECONDS = 60
"""Who was heard of within so many seconds is there."""

SALT = "core.presence"
LASTS = 12 * 3600
PATIENCE = 0.3


def pass_for(place: str, user: Any, *, language: str) -> str:
    """What the page gives its script: who is where, signed, so that the question needs neither session nor database."""
    told = {"place": place, "user": user.pk, "name": str(user), "language": language}
    return signing.dumps(told, salt=SALT, compress=True)


def read_pass(given: str) -> dict[str, Any] | None:
    """What a pass says; None when it is not ours, or older than a sign-in."""
    try:
        found: dict[str, Any] = signing.loads(given, salt=SALT, max_age=LASTS)
    except signing.BadSignature:
        return None
    return found


def others_at(place: str, *, user: int, name: str) -> list[str]:
    """Say that this person is at the place now, and learn who else is: names in their order. One round trip."""
    import redis  # noqa: PLC0415  (only where it is used)

    now, key = clock.now().timestamp(), f"presence:{place}"
    client = redis.Redis.from_url(
        settings.REDIS_URL, socket_connect_timeout=PATIENCE, socket_timeout=PATIENCE, decode_responses=True
    )
    try:
        with client, client.pipeline() as pipe:
            pipe.zadd(key, {f"{user}:{name}": now})
            pipe.zremrangebyscore(key, "-inf", now - SECONDS)
            pipe.expire(key, 2 * SECONDS)
            pipe.zrange(key, 0, -1)
            members: list[str] = pipe.execute()[-1]
    except redis.RedisError:
        return []
    told = {member.partition(":")[0]: member.partition(":")[2] for member in members}
    return sorted(other for pk, other in told.items() if pk != str(user))
