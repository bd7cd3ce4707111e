import { kubernetesVersion } from '#base/kubernetes-version'
import type { Route } from '../contract.ts'
import { readOnly } from './json-answer.ts'

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
    major: kubernetesVersion.major,
    minor: kubernetesVersion.minor,
    emulationMajor: '1',
    emulationMinor: '36',
    minCompatibilityMajor: '1',
    minCompatibilityMinor: '35',
    gitVersion: kubernetesVersion.gitVersion,
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
