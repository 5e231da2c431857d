FROM python:3.11
ENV API_KEY=changeme HOST=localhost
ENV PASSWORD replace_me
ARG TOKEN="your_token"
RUN echo changeme
LABEL stage=todo
