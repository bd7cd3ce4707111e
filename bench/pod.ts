/** A pod of the usual size, as a client sends it. */
export function podBody(name: string): Uint8Array {
  const env = Array.from({ length: 8 }, (_, i) => ({ name: `SETTING_${i}`, value: `value number ${i}` }))
  const container = {
    name: 'main',
    image: 'registry.example/team/app:1.2.3',
    env,
    ports: [{ containerPort: 8080, name: 'http' }],
    resources: { requests: { cpu: '100m', memory: '64Mi' }, limits: { memory: '128Mi' } },
  }
  const metadata = { name, labels: { app: 'bench', tier: 'web' } }
  return Buffer.from(
    JSON.stringify({
      kind: 'Pod',
      apiVersion: 'v1',
      metadata,
      spec: { nodeName: 'n1', containers: [container] },
    }),
  )
}
