import type { Container, EnvVar, Pod } from '#kinds/gen/core-v1'
import type { RunCall } from '../commands/run.ts'
import { KubectlError } from '../fault.ts'

/** The pod that the flags of `kubectl run` describe. @throws KubectlError */
export function podFromFlags(name: string, words: readonly string[], { values }: RunCall): Pod {
  const annotations = pairs(values.annotations, 'annotations')
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      // What no server has written has no time; upstream's generator shows that.
      creationTimestamp: null as unknown as string,
      name,
      labels: values.labels === '' ? { run: name } : pairs(values.labels.split(','), 'labels'),
      ...(values.annotations.length > 0 && { annotations }),
    },
    spec: {
      containers: [containerOf(name, words, values)],
      dnsPolicy: 'ClusterFirst',
      restartPolicy: values.restart,
    },
    status: {},
  }
}

function containerOf(name: string, words: readonly string[], values: RunCall['values']): Container {
  const stdin = values.stdin
  return {
    name,
    image: values.image,
    ...(words.length > 0 && (values.command ? { command: [...words] } : { args: [...words] })),
    ...(values.env.length > 0 && { env: values.env.map(variable) }),
    ...(values.imagePullPolicy !== '' && { imagePullPolicy: values.imagePullPolicy }),
    ...(values.port !== '' && { ports: [{ containerPort: portOf(values.port) }] }),
    resources: {},
    ...(values.privileged && { securityContext: { privileged: true } }),
    ...(stdin && { stdin, stdinOnce: !values.leaveStdinOpen }),
    ...(values.tty && { tty: true }),
  }
}

function variable(text: string): EnvVar {
  const at = text.indexOf('=')
  if (at < 1) throw new KubectlError(`invalid env: ${text}`)
  return { name: text.slice(0, at), value: text.slice(at + 1) }
}

function portOf(text: string): number {
  if (/^\d+$/.test(text)) return Number(text)
  throw new KubectlError(`strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`)
}

function pairs(texts: readonly string[], what: string): Record<string, string> {
  return Object.fromEntries(
    texts.map((text) => {
      const at = text.indexOf('=')
      if (at < 1) throw new KubectlError(`unexpected ${what} format, expected KEY=VALUE: ${text}`)
      return [text.slice(0, at), text.slice(at + 1)]
    }),
  )
}
