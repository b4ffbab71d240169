# posture in a container, as a user without rights:
#   docker build -t posture .
#   docker run --rm --network none -v "$PWD:/clips" posture jog.mp4
FROM debian:bookworm-slim AS build
RUN apt-get update && apt-get install --yes --no-install-recommends python3-venv
COPY . /source
RUN python3 -m venv /opt/posture && /opt/posture/bin/pip install --no-cache-dir "/source[app]"

FROM debian:bookworm-slim
# OpenCV and MediaPipe load these even where there is no screen.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends python3 libegl1 libgl1 libgles2 libglib2.0-0 \
    && rm -rf /var/lib/apt/lists/*
RUN useradd --create-home --uid 1000 runner
COPY --from=build /opt/posture /opt/posture
ENV PATH=/opt/posture/bin:$PATH
USER runner
WORKDIR /clips
ENTRYPOINT ["posture"]
