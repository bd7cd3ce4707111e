import { timeOf } from '#base/time'
import type { ConfigMap } from '#kinds/gen/core-v1'
import type { KubeObject } from '#schema/object'
import type { Wanted } from './wanted.ts'

/** What extension servers must know to take this server's word on who asks. */
export const clientCaFacts = (clientCa: string | undefined): Wanted =>
  facts('extension-apiserver-authentication', clientCa === undefined ? {} : { 'client-ca-file': clientCa })

/** Since when the use of long-lived tokens of service accounts is noted: the first start. */
export const tokenUseFacts = (now: number): Wanted => ({
  ...facts('kube-apiserver-legacy-service-account-token-tracking', { since: timeOf(now).slice(0, 10) }),
  repair: () => undefined,
})

function facts(name: string, data: Readonly<Record<string, string>>): Wanted {
  const object = { kind: 'ConfigMap', apiVersion: 'v1', metadata: { name, namespace: 'kube-system' }, data }
  return {
    object: object as unknown as KubeObject,
    repair(found) {
      const held = (found as ConfigMap).data ?? {}
      if (Object.entries(data).every(([key, text]) => held[key] === text)) return undefined
      return { ...found, data: { ...held, ...data } } as unknown as KubeObject
    },
  }
}
