"""Structured logs through an allow-list: a key that is not on it never reaches the output (security T30)."""

from __future__ import annotations

import logging
import logging.config
from typing import Any

import structlog

ALLOWED = frozenset(
    "event level timestamp logger request_id method route status milliseconds job_id kind attempt fence source_key "
    "case_id state count rows seconds error_class migration command signal pid lineno module exception_type".split(),
)


def only_allowed_keys(_logger: Any, _name: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """Drop every key that is not listed; an exception is kept as its class and place, never as its text."""
    record = event.get("_record")
    exc_info = event.pop("exc_info", None) or (record.exc_info if record is not None else None)
    if isinstance(exc_info, tuple) and exc_info[0] is not None:
        event["exception_type"] = f"{exc_info[0].__module__}.{exc_info[0].__qualname__}"
        traceback = exc_info[2]
        while traceback is not None and traceback.tb_next is not None:
            traceback = traceback.tb_next
        if traceback is not None:
            event["module"] = traceback.tb_frame.f_globals.get("__name__", "?")
            event["lineno"] = traceback.tb_lineno
    keep = {"_record", "_from_structlog"}
    return {key: value for key, value in event.items() if key in ALLOWED or key in keep}


def message_without_arguments(
    _logger: Any, _name: str, event: structlog.typing.EventDict
) -> structlog.typing.EventDict:
    """Foreign libraries format data into their messages: log the template alone ("%s sent to %s")."""
    record = event.get("_record")
    if record is not None and not event.get("_from_structlog", False):
        event["event"] = str(record.msg) if record.args else str(record.msg)[:200]
        if not record.name.startswith(("umbs_privacy", "requests_app", "fulfillment")) and not record.args:
            event["event"] = f"{record.name} message"
    return event


def logging_config(level: str) -> dict[str, Any]:
    """Configure the standard library and structlog, and return the dictionary that Django shows in `diffsettings`."""
    shared: list[structlog.typing.Processor] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    config: dict[str, Any] = {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "line": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": shared,
                "processors": [
                    message_without_arguments,
                    only_allowed_keys,
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    structlog.processors.JSONRenderer(),
                ],
            },
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            "django.server": {"handlers": ["stderr"], "level": "WARNING", "propagate": False},
            "fontTools": {"level": "ERROR"},
            "pikepdf": {"level": "WARNING"},
        },
    }
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    logging.config.dictConfig(config)
    return config
