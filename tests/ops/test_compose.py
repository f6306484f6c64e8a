"""The production files say what is true of the product: there is no container engine where the tests run."""

import importlib
import re
import subprocess
import sys
from ipaddress import ip_address, ip_network
from typing import Any

import pytest
import yaml
from django.core.management import get_commands

from core.middleware import health_check
from ops.services import CHECKOUT

SETTINGS = (CHECKOUT / "funding" / "settings.py").read_text()
DOCKERFILE = (CHECKOUT / "Dockerfile").read_text()
NGINX = (CHECKOUT / "ops" / "nginx" / "nginx.conf").read_text()
EXAMPLE = (CHECKOUT / ".env.example").read_text()
TEXT = (CHECKOUT / "docker-compose.yml").read_text()
COMPOSE = yaml.safe_load(TEXT)
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
PRODUCT = ("migrate", "web", "worker", "beat")
OTHERS = ("db", "redis", "proxy")


def read_by_settings() -> set[str]:
    return set(re.findall(r'env\.\w+\(\s*"(\w+)"', SETTINGS))


def read_by_web_server() -> set[str]:
    return set(re.findall(r'environ\.get\("(\w+)"', (CHECKOUT / "ops" / "gunicorn_conf.py").read_text()))


def documented() -> dict[str, str]:
    """Name and comment of each variable in .env.example."""
    return {
        name: comment for comment, name in re.findall(r"^# (.+)\n(?:# )?([A-Z][A-Z0-9_]+)=", EXAMPLE, re.M)
    }


def interpolated() -> set[str]:
    return set(re.findall(r"\$\{([A-Z0-9_]+)", TEXT))


def required() -> set[str]:
    return set(re.findall(r"\$\{([A-Z0-9_]+):\?", TEXT))


def test_document_each_variable_with_one_comment() -> None:
    names = re.findall(r"^(?:# )?([A-Z][A-Z0-9_]+)=", EXAMPLE, re.M)

    assert sorted(names) == sorted(documented())
    assert all(len(comment) > 10 for comment in documented().values())


def test_document_what_is_read_and_nothing_else() -> None:
    by_libraries = {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"}  # boto3
    by_compose = {"POSTGRES_PASSWORD", "TLS_CERTIFICATE", "TLS_KEY"}

    assert set(documented()) == read_by_settings() | read_by_web_server() | by_libraries | by_compose


def test_require_what_the_example_calls_required() -> None:
    called = {name for name, comment in documented().items() if comment.startswith("REQUIRED")}

    assert called == required()
    without_default = set(re.findall(r'env\.\w+\(\s*"(\w+)"\s*\)', SETTINGS))
    assert without_default - {"DATABASE_URL", "REDIS_URL"} <= called


def test_pass_each_documented_variable_into_the_containers() -> None:
    set_by_image = set(re.findall(r"^# ([A-Z0-9_]+)=", EXAMPLE, re.M))

    assert interpolated() == set(documented()) - set_by_image
    passed = set(SERVICES["web"]["environment"])
    assert (
        read_by_settings() | read_by_web_server()
        == (passed - {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"}) | set_by_image
    )


@pytest.mark.parametrize("name", [*PRODUCT, *OTHERS])
def test_guard_each_service(name) -> None:
    service = SERVICES[name]

    user, _, group = service["user"].partition(":")
    assert int(user) > 0 and int(group) > 0
    assert (service["read_only"], service["cap_drop"]) == (True, ["ALL"])
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert set(service["deploy"]["resources"]["limits"]) == {"cpus", "memory", "pids"}
    assert "privileged" not in service and "cap_add" not in service
    assert service["restart"] == ("on-failure:3" if name == "migrate" else "unless-stopped")
    assert ("healthcheck" in service) == (name != "migrate")


def test_publish_ports_of_the_proxy_only() -> None:
    assert {name for name, service in SERVICES.items() if "ports" in service} == {"proxy"}
    assert all("network_mode" not in service for service in SERVICES.values())


def test_hide_data_from_the_proxy_and_the_outside() -> None:
    assert COMPOSE["networks"]["back"]["internal"] is True
    assert (SERVICES["db"]["networks"], SERVICES["redis"]["networks"]) == (["back"], ["back"])
    assert list(SERVICES["proxy"]["networks"]) == ["front"]
    assert "front" in SERVICES["web"]["networks"]


def test_trust_the_address_the_proxy_really_has() -> None:
    address = SERVICES["proxy"]["networks"]["front"]["ipv4_address"]
    pool = COMPOSE["networks"]["front"]["ipam"]["config"][0]

    assert ip_address(address) in ip_network(pool["subnet"])
    assert ip_address(address) not in ip_network(pool["ip_range"])  # nobody else is given it
    assert SERVICES["web"]["environment"]["TRUSTED_PROXIES"] == f"${{TRUSTED_PROXIES:-{address}}}"
    assert f"TRUSTED_PROXIES={address}\n" in EXAMPLE


def test_keep_acknowledged_data() -> None:
    database = SERVICES["db"]["command"]
    queue = SERVICES["redis"]["command"]

    assert {"fsync=on", "synchronous_commit=on", "full_page_writes=on"} <= set(database)
    assert SERVICES["db"]["volumes"] == ["database:/var/lib/postgresql"]
    assert queue[queue.index("--appendonly") + 1] == "yes"
    assert queue[queue.index("--maxmemory-policy") + 1] == "noeviction"
    assert set(COMPOSE["volumes"]) == {"database", "queue", "files"}
    assert all("files:/data/files" in SERVICES[name]["volumes"] for name in PRODUCT)


def test_give_the_key_of_the_seal_to_the_worker_alone() -> None:
    mounted = {name: [v for v in SERVICES[name]["volumes"] if "seal" in v] for name in PRODUCT}

    assert mounted == {
        "migrate": [],
        "web": ["./seal/public:/run/seal/public:ro"],
        "worker": ["./seal:/run/seal:ro"],
        "beat": [],
    }


def test_wait_for_what_each_service_needs() -> None:
    for name in ("web", "worker", "beat"):
        assert SERVICES[name]["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}
    assert SERVICES["migrate"]["depends_on"]["db"] == {"condition": "service_healthy"}
    assert SERVICES["proxy"]["depends_on"]["web"] == {"condition": "service_healthy"}


def test_name_entry_points_that_exist() -> None:
    assert SERVICES["migrate"]["command"][:2] == ["python", "manage.py"]
    assert SERVICES["migrate"]["command"][2] in get_commands()
    web = SERVICES["web"]["command"]
    assert f"CMD {str(web).replace(chr(39), chr(34))}" in DOCKERFILE
    configuration = importlib.import_module(web[2].removeprefix("python:"))
    module, _, name = configuration.wsgi_app.partition(":")
    assert callable(getattr(importlib.import_module(module), name))
    for service in ("worker", "beat"):
        command = SERVICES[service]["command"]
        app = importlib.import_module(command[command.index("-A") + 1]).app
        assert app.main == "funding"
        assert service in command


@pytest.mark.parametrize("name", ["worker", "beat"])
def test_use_options_that_celery_knows(name) -> None:
    command = [sys.executable, "-m", *SERVICES[name]["command"], "--help"]

    assert subprocess.run(command, cwd=CHECKOUT, capture_output=True, check=False).returncode == 0
    used = {part.partition("=")[0] for part in SERVICES[name]["command"] if part.startswith("--")} - {
        "--quiet"
    }
    shown = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=True).stdout
    assert {option for option in used if option not in shown} == set()


def test_ask_health_questions_that_are_answered(db) -> None:
    asked = SERVICES["web"]["healthcheck"]["test"]

    assert asked == ["CMD", "python", "-m", "ops.ask", "/livez"]
    assert importlib.import_module(asked[3]).main is not None
    for path in ("/livez", "/readyz"):
        answer = health_check(path)
        assert answer is not None and answer.status_code in (200, 503)
    live = health_check("/livez")
    assert live is not None and live.status_code == 200
    assert "location = /proxy-alive" in NGINX
    assert SERVICES["proxy"]["healthcheck"]["test"][-1] == "http://127.0.0.1:8080/proxy-alive"


def test_give_people_time_to_finish_when_stopping(settings) -> None:
    graceful = importlib.import_module("ops.gunicorn_conf").graceful_timeout

    assert int(SERVICES["worker"]["stop_grace_period"].removesuffix("s")) > settings.CELERY_TASK_TIME_LIMIT
    assert int(SERVICES["web"]["stop_grace_period"].removesuffix("s")) > graceful


def test_build_an_image_that_runs_as_nobody_special_from_pinned_packages() -> None:
    final = DOCKERFILE.rpartition("\nFROM ")[2]

    assert re.findall(r"^USER (.+)$", final, re.M) == [SERVICES["web"]["user"]]
    assert re.findall(r"^FROM (\S+)", DOCKERFILE, re.M) == ["python:3.11-slim-bookworm"] * 2
    assert "--require-hashes -r requirements.txt" in DOCKERFILE
    assert "collectstatic --no-input" in DOCKERFILE and "compilemessages" in DOCKERFILE


def test_copy_every_package_of_the_product_and_no_secret() -> None:
    allowed = {
        line[1:] for line in (CHECKOUT / ".dockerignore").read_text().splitlines() if line.startswith("!")
    }
    packages = {path.parent.name for path in CHECKOUT.glob("*/__init__.py")} - {"tests"}

    assert (CHECKOUT / ".dockerignore").read_text().splitlines()[1] == "*"
    assert allowed == packages | {"static", "templates", "locale", "manage.py", "requirements.txt"}
    assert re.search(r"^COPY \. \./$", DOCKERFILE, re.M)
    compiled = re.search(r"compileall -q (.+)$", DOCKERFILE, re.M)
    assert compiled is not None and set(compiled[1].split()) == packages


def test_install_the_libraries_of_the_pdf_renderer() -> None:
    spec = importlib.util.spec_from_file_location("prepare", CHECKOUT / "ops" / "prepare.py")
    assert spec is not None and spec.loader is not None
    prepare = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(prepare)
    elsewhere = {"python3-venv", "redis-server", "gettext"}  # the base image, a service, the build stage

    assert {name for name in set(prepare.PACKAGES) - elsewhere if name not in DOCKERFILE} == set()


def test_stamp_arrival_at_the_last_byte_whatever_the_client_says(settings) -> None:
    assert re.search(r'map \$server_port \$arrived \{\s+default "t=\$msec";', NGINX)
    assert "proxy_request_buffering on;" in NGINX
    assert re.findall(r"proxy_set_header X-Request-Start (\S+);", NGINX) == ["$arrived"]
    assert "return 308 https://$host$request_uri;" in NGINX
    limit = re.search(r"client_max_body_size (\d+)m;", NGINX)
    assert limit is not None
    assert (
        settings.MAX_UPLOAD_BYTES < int(limit[1]) * 1024 * 1024 <= settings.MAX_UPLOAD_BYTES + 2 * 1024 * 1024
    )


def test_mount_what_the_proxy_reads() -> None:
    mounted = {volume.rsplit(":", 2)[1] for volume in SERVICES["proxy"]["volumes"]}

    assert set(re.findall(r"ssl_certificate(?:_key)? (\S+);", NGINX)) <= mounted
    pages = set(re.findall(r"location = (/\S+\.html)", NGINX))
    assert {f"/srv{page}" for page in pages} <= mounted
    assert {(CHECKOUT / "ops" / "nginx" / page[1:]).exists() for page in pages} == {True}


def test_give_commands_in_the_manual_that_exist() -> None:
    manual = (CHECKOUT / "docs" / "operations.md").read_text()

    services = set(re.findall(r"docker compose exec (?:-T )?(\w+)", manual))
    assert services <= set(SERVICES)
    assert set(re.findall(r"manage\.py (\w+)", manual)) <= set(get_commands())
    assert {f"{COMPOSE['name']}_{volume}" in manual for volume in ("database", "files")} == {True}
    assert "core_outgoingmessage" in manual
