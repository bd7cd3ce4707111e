import type { Endpoint, KubeletServerOptions } from './contract.ts'
import { plain } from './refusal.ts'

/** `/healthz` and its single checks: whether the kubelet looks after its pods. */
export function healthEndpoint({ pods }: Pick<KubeletServerOptions, 'pods'>): Endpoint {
  const checks: Readonly<Record<string, () => boolean>> = {
    ping: () => true,
    log: () => true,
    syncloop: () => pods.isHealthy(),
  }
  return ({ parts: [name], query }) => {
    const asked = Object.entries(checks).filter(([one]) => name === undefined || name === one)
    if (asked.length === 0) return plain('404 page not found\n', 404)
    const lines = asked.map(([one, check]) =>
      check() ? `[+]${one} ok\n` : `[-]${one} failed: reason withheld\n`,
    )
    const isWell = lines.every((line) => line.startsWith('[+]'))
    if (!isWell) return plain(`${lines.join('')}healthz check failed\n`, 500)
    return plain(query.has('verbose') ? `${lines.join('')}healthz check passed\n` : 'ok')
  }
}
