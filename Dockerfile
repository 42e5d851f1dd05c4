# syntax=docker/dockerfile:1
# One image for every stage. docker-compose.yml says which container runs which. See docs/runbook.md.
FROM python:3.12-slim

# The numbers are fixed, so that files on the host can be given to this user.
RUN groupadd --system --gid 10001 soundings \
    && useradd --system --uid 10001 --gid 10001 --home-dir /tmp --no-create-home --shell /usr/sbin/nologin soundings \
    && install -d -m 0700 -o soundings -g soundings /var/lib/soundings /var/lib/soundings/run /var/lib/backups

WORKDIR /opt/soundings
COPY pyproject.toml constraints.txt README.md LICENSE NOTICE ./
COPY LICENSES LICENSES
COPY soundings ./soundings
COPY listeners ./listeners
COPY nlp ./nlp
COPY store ./store
COPY alerts ./alerts
COPY dashboard ./dashboard
RUN pip install --no-cache-dir --disable-pip-version-check -c constraints.txt . && rm -rf /opt/soundings/*

# A container engine starts again whatever ends. Codes 2 (wrong configuration) and 4 (rejected nearly everything)
# mean that a start would only do the same again, and 4 would cost posts each time: then this waits for a person.
COPY --chmod=0755 <<'EOF' /usr/local/bin/hold
#!/bin/sh
told= child=
trap 'told=1; [ -z "$child" ] || kill -TERM "$child" 2>/dev/null' TERM INT
"$@" &
child=$!
[ -z "$told" ] || kill -TERM "$child" # told before there was anyone to tell
code=0
wait "$child" || code=$?
while kill -0 "$child" 2>/dev/null; do
    wait "$child" || true # a signal ends a wait early: let it finish what it holds
done
[ -z "$told" ] || exit 0
case "$code" in
    2 | 4) ;;
    *) exit "$code" ;;
esac
echo "Stopped for good with code $code, and held here: see the line above, mend it, then restart this container." >&2
while [ -z "$told" ]; do
    sleep 5 &
    wait "$!" || true
done
exit "$code"
EOF

ENV SOUNDINGS_HOME=/var/lib/soundings \
    HOME=/tmp \
    PYTHONUNBUFFERED=1
WORKDIR /
USER 10001:10001
ENTRYPOINT ["soundings"]
CMD ["--help"]
