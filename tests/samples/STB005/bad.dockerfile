# TODO: pin the image  # expect: STB005
FROM python:3.11
RUN echo "# TODO"
