const env = (count: number) =>
  Array.from({ length: count }, (_, i) => ({ name: `SETTING_${i}`, value: `value number ${i}` }))

const container = (name: string, settings: number) => ({
  name,
  image: 'registry.example/team/app:1.2.3',
  env: env(settings),
  ports: [{ containerPort: 8080, name }],
  resources: { requests: { cpu: '100m', memory: '64Mi' }, limits: { memory: '128Mi' } },
})

/** A pod of two containers as a client sends it: some 3.2 KB when it is stored. */
export function podBody(metadata: { name: string } | { generateName: string }, nodeName = 'n1'): Uint8Array {
  const spec = { nodeName, containers: [container('main', 5), container('side', 2)] }
  const labels = { app: 'bench', tier: 'web' }
  return Buffer.from(
    JSON.stringify({ kind: 'Pod', apiVersion: 'v1', metadata: { ...metadata, labels }, spec }),
  )
}
