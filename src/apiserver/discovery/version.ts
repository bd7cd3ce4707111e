import type { Route } from '../contract.ts'
import { readOnly } from './json-answer.ts'

/** The version that clients see: the Kubernetes release whose API is served, marked as ours. */
export const gitVersion = 'v1.36.2+kubeling'

const encoder = new TextEncoder()

/** What the server says of the machine it runs on. */
export interface Runtime {
  /** `linux/amd64` */
  readonly platform: string
  /** The language runtime; upstream has Go's version in this place. */
  readonly engine: string
}

/** `/version`. */
export function versionRoute(runtime: Runtime): Route {
  const body = {
    major: '1',
    minor: '36',
    emulationMajor: '1',
    emulationMinor: '36',
    minCompatibilityMajor: '1',
    minCompatibilityMinor: '35',
    gitVersion,
    gitCommit: '',
    gitTreeState: 'clean',
    buildDate: '1970-01-01T00:00:00Z',
    goVersion: runtime.engine,
    compiler: 'node',
    platform: runtime.platform,
  }
  const bytes = encoder.encode(JSON.stringify(body, null, 2))
  return {
    path: '/version',
    handle: readOnly(async () => ({
      status: 200,
      headers: { 'content-type': 'application/json' },
      body: bytes,
    })),
  }
}
