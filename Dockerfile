# Kaanha Graph as an image: docs/operations.md says how to run it. `node` is PID 1 and handles SIGTERM itself.
FROM node:22-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --no-audit --no-fund
COPY . .
# optional as well: the tools of development that Prisma's client names as peers.
RUN npm run build && npm prune --omit=dev --omit=optional --no-audit --no-fund

FROM node:22-slim
WORKDIR /app
ENV NODE_ENV=production HOST=0.0.0.0 PORT=4000 DATA_DIR=/data
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/dist dist
COPY --from=build /app/scripts scripts
COPY --from=build /app/src/operations/generated src/operations/generated
COPY --from=build /app/src/console/generated/persisted-documents.json src/console/generated/
COPY --from=build /app/prisma/migrations prisma/migrations
RUN ln -s /app/scripts/kaanha.mjs /usr/local/bin/kaanha && mkdir /data && chown node:node /data
USER node
VOLUME /data
EXPOSE 4000
HEALTHCHECK --interval=10s --timeout=3s --start-period=60s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/readyz`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "dist/main.js"]
