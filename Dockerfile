# The key-value server by default, its sister servers by name:
#
#     docker build -t januskv .
#     docker run -p 6379:6379 januskv
#     docker run -p 6379:6379 januskv --maxmemory 100mb
#     docker run -p 8080:8080 -e MAX_LISTENERS=2 januskv echo
#
# The stress lab is a stage of its own: stress/compose.yaml.

ARG NODE=node:24-bookworm-slim

FROM ${NODE} AS build
WORKDIR /januskv
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY tsconfig.json tsup.config.ts ./
COPY src ./src
COPY v1 ./v1
COPY v2 ./v2
RUN npm run build

FROM build AS lab
RUN apt-get update && apt-get install -y --no-install-recommends redis-server redis-tools gcc libc6-dev haproxy nginx-light libnginx-mod-stream && rm -rf /var/lib/apt/lists/*
COPY stress ./stress
RUN mkdir -p stress/reports && chown node:node stress/reports
USER node
ENTRYPOINT ["node", "--import", "tsx"]
CMD ["stress/main.ts", "8k"]

FROM ${NODE} AS dependencies
WORKDIR /januskv
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev

FROM ${NODE}
WORKDIR /januskv
COPY --from=dependencies /januskv/node_modules ./node_modules
COPY --from=build /januskv/dist ./dist
COPY package.json LICENSE README.md CHANGELOG.md ./
COPY .docker ./.docker
# What V8 compiles is kept beside the package when a server ends (src/process/compiled-code.ts), and "node" can't write there. After
# eight seconds a server has rehearsed, so all of it is there from a container's first start on.
RUN timeout --preserve-status 8 node --v8-pool-size=1 dist/cli.js --save '' && ls node_modules/.cache/januskv/*
RUN mkdir /data && chown node:node /data
USER node
WORKDIR /data
VOLUME /data
EXPOSE 6379 8080
HEALTHCHECK --interval=10s --timeout=3s --start-period=5s CMD ["node", "/januskv/.docker/health-check.mjs"]
ENTRYPOINT ["/januskv/.docker/entrypoint.sh"]
