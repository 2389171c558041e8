# A place to grade in for macOS and Windows, where the kernel cannot keep submissions apart:
#   docker build -t lstm-course .
#   docker run --rm -it --privileged -v "$PWD":/class lstm-course doctor --grading
#   docker run --rm -it --privileged -v "$PWD":/class lstm-course grade 04-lstm
# --privileged lets bubblewrap make its namespaces; submissions get none of it.
FROM python:3.11-slim-bookworm

RUN apt-get update \
    && apt-get install -y --no-install-recommends bubblewrap \
    && rm -rf /var/lib/apt/lists/*
COPY . /course
RUN python /course/course.py setup
ENV PATH="/course/.venv/bin:$PATH"
WORKDIR /class
ENTRYPOINT ["lstm-course"]
