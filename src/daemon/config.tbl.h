/*
 * config.tbl.h - every key of fasti.conf
 *
 * CONFIG_TEXT(field, key, default or NULL, help)
 * CONFIG_NUMBER(field, key, default, minimum, maximum, help)
 */
/* clang-format off */
CONFIG_TEXT(listen,          "server.listen",          "127.0.0.1:8008", "address and port to serve on")
CONFIG_TEXT(url,             "server.url",             NULL,  "public base of every link; default: http://LISTEN")
CONFIG_TEXT(trusted_proxies, "server.trusted_proxies", "",    "addresses whose X-Forwarded-For counts, comma-separated")
CONFIG_TEXT(tls_cert,        "server.tls_cert",        NULL,  "PEM file with the certificate chain")
CONFIG_TEXT(tls_key,         "server.tls_key",         NULL,  "PEM file with its key")
CONFIG_NUMBER(event_threads, "server.event_threads",   0,     0, 256,     "threads for events; 0: one per processor")
CONFIG_NUMBER(workers,       "server.workers",         8,     1, 256,     "threads for what is slow: hashing, PostgreSQL")
CONFIG_NUMBER(grace_seconds, "server.grace_seconds",   20,    0, 600,     "how long a stop waits for accepted requests")
CONFIG_TEXT(store_url,       "store.url",              NULL,  "sqlite:PATH or postgresql://…; default: sqlite:DATA/fasti.db")
CONFIG_NUMBER(store_writers, "store.writers",          8,     1, 64,      "connections that write (PostgreSQL)")
CONFIG_TEXT(key_file,        "secrets.key_file",       NULL,  "the server's key; default: DATA/secret.key, made when missing")
CONFIG_TEXT(smtp,            "mail.smtp",              NULL,  "smtp://, smtps://, smtp+starttls://user@host:port, or file:DIR; none: mail waits")
CONFIG_TEXT(mail_from,       "mail.from",              NULL,  "sender of all mail; default: each host's own address")
CONFIG_TEXT(mail_password,   "mail.password_file",     NULL,  "file with the SMTP password")
CONFIG_TEXT(mail_ca,         "mail.ca_file",           NULL,  "certificates to trust; default: the system's")
CONFIG_NUMBER(connections,   "limits.connections",     4000,  10, 100000, "open connections in all")
CONFIG_NUMBER(per_address,   "limits.connections_per_address", 200, 1, 100000, "open connections of one address")
CONFIG_NUMBER(header_ms,     "limits.header_ms",       10000, 100, 600000, "time for a whole header block")
CONFIG_NUMBER(body_ms,       "limits.body_ms",         60000, 100, 600000, "time for a whole body")
CONFIG_NUMBER(idle_ms,       "limits.idle_ms",         120000, 100, 3600000, "time between requests of a connection")
CONFIG_NUMBER(bodies_mb,     "limits.bodies_mb",       256,   1, 65536,   "all bodies in memory together")
CONFIG_NUMBER(request_mb,    "limits.request_mb",      64,    1, 4096,    "memory of one request")
CONFIG_TEXT(limit_loopback,  "limits.loopback",        "off", "on: limits per address hold for loopback peers too")
CONFIG_NUMBER(hosts_cached,  "cache.hosts",            20000, 16, 10000000, "hosts whose rules stay in memory")
CONFIG_NUMBER(timelines_mb,  "cache.timelines_mb",     256,   1, 65536,   "memory for cached timelines")
CONFIG_TEXT(log_level,       "log.level",              "info", "debug, info, warn or error")
/* clang-format on */
