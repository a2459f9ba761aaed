"""Deadlines of statements, and the embedded server's `postgresql.conf`, written at each start; an operator adds to it
in `local.conf` beside it."""

from collections.abc import Mapping

from verbund.database.place import Place

# A statement that takes longer is cancelled by the server and refused as Busy, whoever waits for it. What handles much
# at once (a bulk load, an export, the check of a whole log) has none, and ends when who asked for it goes away.
READ_SECONDS = 10.0
WRITE_SECONDS = 30.0
LOCK_SECONDS = 10.0

# One server holds all nodes of a region on a laptop, or one node's millions of resources: the buffers are modest, the
# operating system's cache does the rest. What is committed is on disk: fsync, synchronous_commit and full_page_writes
# stay as they are by default, on. The log names no values of any statement.
BASE: Mapping[str, str] = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "200",
    "shared_buffers": "192MB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "wal_buffers": "16MB",
    "min_wal_size": "160MB",
    "max_wal_size": "2GB",
    "checkpoint_timeout": "15min",
    "random_page_cost": "1.1",
    # Long lists of pending GIN entries make single searches slow; short ones make writes slow (128 to 512 kB is best).
    "gin_pending_list_limit": "256kB",
    # Requests are short and many; a request that spreads over processes slows the others.
    "max_parallel_workers_per_gather": "0",
    "max_worker_processes": "4",
    "autovacuum_max_workers": "2",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_min_error_statement": "panic",
    "log_parameter_max_length": "0",
    "log_error_verbosity": "terse",
    "log_checkpoints": "off",
    "idle_in_transaction_session_timeout": "60s",
    "password_encryption": "scram-sha-256",
}

# Three processes that read ahead serve large sequential reads; here they would only cost memory.
SINCE_18: Mapping[str, str] = {"io_method": "sync"}


def _quoted(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def render(place: Place, major: int, changes: Mapping[str, str]) -> str:
    """The configuration file: our settings, then the caller's changes, then the operator's own file."""
    settings = {**BASE, **(SINCE_18 if major >= 18 else {}), "unix_socket_directories": str(place.sockets), **changes}
    lines = ["# Written by verbund at each start. Add your own settings in local.conf beside this file."]
    lines += [f"{name} = {_quoted(value)}" for name, value in settings.items()]
    return "\n".join([*lines, "include_if_exists = 'local.conf'", ""])
