// Twenty pods of all sorts, for tests that kill what looks after them.
import type { Container, Pod, PodSpec } from '#kinds/gen/core-v1'
import { testImage } from '../../testkit/host/runtime.ts'

export const namespace = 'default'
export const nodeName = 'node-1'

/** What a steady container does: it marks each start of it in a folder of the host, and ends when asked to. */
const steadyScript = 'echo x >> /starts/$HOSTNAME-$NAME; trap "exit 0" TERM; while :; do sleep 0.2; done'

function container(name: string, script = steadyScript, more: Partial<Container> = {}): Container {
  return {
    name,
    image: testImage,
    imagePullPolicy: 'IfNotPresent',
    command: ['sh', '-c', script],
    env: [{ name: 'NAME', value: name }],
    ...more,
    volumeMounts: [{ name: 'starts', mountPath: '/starts' }, ...(more.volumeMounts ?? [])],
  }
}

/** Makes pods that mark their starts in a folder. */
export function podMaker(starts: string) {
  const podOf = (name: string, spec: Partial<PodSpec> = {}): Pod => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace },
    spec: {
      nodeName,
      terminationGracePeriodSeconds: 2,
      containers: [container('main')],
      ...spec,
      volumes: [{ name: 'starts', hostPath: { path: starts } }, ...(spec.volumes ?? [])],
    },
  })
  const mounting = (volume: string) =>
    container('main', steadyScript, { volumeMounts: [{ name: volume, mountPath: '/data' }] })
  const exec = { exec: { command: ['true'] } }
  const steady: Pod[] = [
    ...Array.from({ length: 6 }, (_, i) => podOf(`plain-${i}`)),
    ...Array.from({ length: 2 }, (_, i) =>
      podOf(`pair-${i}`, { containers: [container('one'), container('two')] }),
    ),
    podOf('folder', { containers: [mounting('scratch')], volumes: [{ name: 'scratch', emptyDir: {} }] }),
    podOf('memory', {
      containers: [mounting('fast')],
      volumes: [{ name: 'fast', emptyDir: { medium: 'Memory' } }],
    }),
    podOf('settings', {
      containers: [mounting('settings')],
      volumes: [{ name: 'settings', configMap: { name: 'settings' } }],
    }),
    podOf('secret', {
      containers: [mounting('hidden')],
      volumes: [{ name: 'hidden', secret: { secretName: 'hidden' } }],
    }),
    podOf('described', {
      containers: [mounting('about')],
      volumes: [
        {
          name: 'about',
          downwardAPI: { items: [{ path: 'name', fieldRef: { fieldPath: 'metadata.name' } }] },
        },
      ],
    }),
    podOf('prepared', { initContainers: [container('init', 'echo x >> /starts/$HOSTNAME-init')] }),
    podOf('with-sidecar', { initContainers: [container('side', steadyScript, { restartPolicy: 'Always' })] }),
    podOf('on-host', {
      hostNetwork: true,
      containers: [container('main', steadyScript.replace('$HOSTNAME', 'on-host'))],
    }),
    podOf('hooked', {
      containers: [container('main', steadyScript, { lifecycle: { postStart: exec, preStop: exec } })],
    }),
  ]
  const ended: Pod[] = [
    podOf('done', {
      restartPolicy: 'Never',
      containers: [container('main', 'echo x >> /starts/$HOSTNAME-main')],
    }),
    podOf('failed', {
      restartPolicy: 'OnFailure',
      containers: [container('main', 'echo x >> /starts/$HOSTNAME-main; exit 0')],
    }),
    podOf('broken', {
      restartPolicy: 'Never',
      containers: [container('main', 'echo x >> /starts/$HOSTNAME-main; exit 3')],
    }),
  ]
  /** A pod that does not end when asked to. */
  const deaf = (name: string, graceSeconds: number) =>
    podOf(name, {
      terminationGracePeriodSeconds: graceSeconds,
      containers: [container('main', `trap "" TERM; while :; do sleep 0.2; done`)],
    })
  return { podOf, steady, ended, deaf }
}
