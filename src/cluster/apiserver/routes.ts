import {
  type ApiServer,
  type HealthCheck,
  type Route,
  compatGroups,
  compatRoutes,
  compatRootPaths,
  discoveryRoutes,
  healthRoutes,
  logsRoute,
  metricsRoute,
  openApiRoutes,
  ping,
  rootRoute,
  versionRoute,
} from '#apiserver'
import type { LogReader } from './options.ts'

export interface RouteOptions {
  readonly serverAddress: string
  readonly compat: boolean
  readonly readLogs: LogReader | undefined
  /** Checks of the process, beside those of the server. */
  readonly checks: readonly HealthCheck[]
}

/** Every path that is no resource. */
export function allRoutes(server: ApiServer, options: RouteOptions): readonly Route[] {
  const own = new Set(server.checks.map(({ name }) => name))
  const checks = [...[ping].filter(({ name }) => !own.has(name)), ...server.checks, ...options.checks]
  const routes = [
    ...discoveryRoutes(server.kinds, options.serverAddress, options.compat ? compatGroups : {}),
    ...healthRoutes(checks, server.parts.log),
    versionRoute({
      platform: `${process.platform}/${goArch[process.arch] ?? process.arch}`,
      engine: process.version,
    }),
    metricsRoute(server),
    logsRoute(options.readLogs ?? noLogs),
    ...openApiRoutes(server.kinds, () => server.parts.clock.now()),
    ...(options.compat ? compatRoutes(server.kinds) : []),
  ]
  return [rootRoute(routes, options.compat ? compatRootPaths : undefined), ...routes]
}

/** Go's names of processor architectures. */
const goArch: Readonly<Record<string, string>> = { x64: 'amd64', ia32: '386' }

const noLogs: LogReader = async (path) => (path === '' ? { is: 'folder', names: [] } : undefined)
