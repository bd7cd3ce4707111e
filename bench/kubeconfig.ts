import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Target } from './load/connection.ts'
import { tempFolder } from './subject.ts'

/** The path of a kubeconfig for a server that is measured. */
export function kubeconfigFor({ host, port, token }: Target): string {
  const path = join(tempFolder(), 'kubeconfig')
  const cluster = { server: `https://${host}:${port}`, 'insecure-skip-tls-verify': true }
  const config = {
    clusters: [{ name: 'bench', cluster }],
    users: [{ name: 'bench', user: { token } }],
    contexts: [{ name: 'bench', context: { cluster: 'bench', user: 'bench' } }],
    'current-context': 'bench',
  }
  writeFileSync(path, JSON.stringify(config))
  return path
}
