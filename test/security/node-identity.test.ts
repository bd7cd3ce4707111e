// A kubelet that is nothing but its node: it runs pods with all that they use, and is refused nothing that it needs.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { createClient, httpTransport } from '#client'
import { configMap as configMaps } from '#kinds/core/config-map'
import { pod as pods } from '#kinds/core/pod/index'
import { secret as secrets } from '#kinds/core/secret'
import { serviceAccount as accounts } from '#kinds/core/service-account'
import type { Pod } from '#kinds/gen/core-v1'
import type { KubeObject } from '#schema/object'
import { program, startApiServer } from '#testkit/host/kubeling'
import { start, until } from '#testkit/host/process'
import { startRuntime, type TestRuntime } from '#testkit/host/runtime'

const folder = mkdtempSync(join(tmpdir(), 'kubeling-identity-'))
let runtime: TestRuntime

before(async () => {
  runtime = await startRuntime(folder)
})

after(async () => {
  await runtime.close()
  rmSync(folder, { recursive: true, force: true })
})

const namespace = 'default'
const named = (name: string, more: object) => ({ metadata: { name, namespace }, ...more }) as KubeObject

const web: Pod = {
  metadata: { name: 'web', namespace },
  spec: {
    nodeName: 'node-1',
    serviceAccountName: 'robot',
    terminationGracePeriodSeconds: 0,
    containers: [
      {
        name: 'main',
        image: 'test.local/busybox:1',
        imagePullPolicy: 'IfNotPresent',
        command: ['sh', '-c', 'test "$A" = b && test -s /token/token && test -s /map/k && exec sleep 1000'],
        env: [{ name: 'A', valueFrom: { secretKeyRef: { name: 'used', key: 'a' } } }],
        volumeMounts: [
          { name: 'map', mountPath: '/map' },
          { name: 'token', mountPath: '/token' },
        ],
        readinessProbe: { exec: { command: ['true'] }, periodSeconds: 1 },
      },
    ],
    volumes: [
      { name: 'map', configMap: { name: 'map' } },
      { name: 'token', projected: { sources: [{ serviceAccountToken: { path: 'token' } }] } },
    ],
  },
}

const kubeconfig = (server: string, ca: string) =>
  JSON.stringify({
    'current-context': 'a',
    clusters: [{ name: 'a', cluster: { server, 'certificate-authority': ca } }],
    users: [{ name: 'node', user: { token: 'node-token' } }],
    contexts: [{ name: 'a', context: { cluster: 'a', user: 'node' } }],
  })

test('a kubelet that is its node runs a pod with what it uses', { timeout: 60_000 }, async (t) => {
  const tokens = join(folder, 'tokens.csv')
  writeFileSync(tokens, 'node-token,system:node:node-1,1,system:nodes\n')
  const api = await startApiServer(t, [
    '--authorization-mode=Node,RBAC',
    '--enable-admission-plugins=NodeRestriction',
    `--token-auth-file=${tokens}`,
  ])
  const admin = createClient(httpTransport({ server: api.url }))
  await admin.create(accounts, named('robot', {}), { namespace })
  await admin.create(secrets, named('used', { stringData: { a: 'b' } }), { namespace })
  await admin.create(configMaps, named('map', { data: { k: 'v' } }), { namespace })
  const config = join(folder, 'node.yaml')
  writeFileSync(config, kubeconfig(api.secureUrl, join(api.certDir, 'ca.crt')))
  const kubelet = start(t, program('kubelet'), [
    `--container-runtime-endpoint=unix://${runtime.layout.socket}`,
    `--cgroup-root=${runtime.layout.cgroup}`,
    `--kubeconfig=${config}`,
    '--hostname-override=node-1',
    '--node-ip=127.0.0.1',
    `--root-dir=${join(folder, 'kubelet')}`,
    `--pod-logs-dir=${join(folder, 'pods')}`,
    '--address=127.0.0.1',
    '--port=0',
    '--healthz-port=0',
    '--eviction-hard=memory.available<1Mi',
  ])
  await admin.create(pods, web as KubeObject, { namespace })
  await until('the pod to be ready', async () => {
    const { status } = await admin.get<Pod>(pods, 'web', { namespace })
    return status?.conditions?.some((one) => one.type === 'Ready' && one.status === 'True')
  }).catch((error: Error) => {
    throw new Error(`${error.message}\n${kubelet.output()}`, { cause: error })
  })
  await admin.delete(pods, 'web', { namespace })
  await until('the pod to be gone', async () =>
    admin.get<Pod>(pods, 'web', { namespace }).then(
      () => false,
      () => true,
    ),
  )
  assert.doesNotMatch(kubelet.output(), /is forbidden/)
})
