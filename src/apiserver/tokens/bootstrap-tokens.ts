import { timingSafeEqual } from 'node:crypto'
import { parseTime } from '#base/time'
import type { Secret } from '#kinds/gen/core-v1'
import type { Core } from '../call.ts'
import type { User } from '../chain/filter.ts'

const tokenForm = /^([a-z0-9]{6})\.([a-z0-9]{16})$/
const secretType = 'bootstrap.kubernetes.io/token'
const groupOfAll = 'system:bootstrappers'
const groupForm = /^system:bootstrappers:[a-z0-9:-]{0,255}[a-z0-9]$/

/** Says for which machine, that is about to join, a token stands; its secret is in kube-system. */
export function bootstrapUser(core: Core, token: string): User | undefined {
  const [, id = '', secret = ''] = tokenForm.exec(token) ?? []
  if (id === '') return undefined
  const held = core.registry.inGroup('', 'secrets')?.peek('kube-system', `bootstrap-token-${id}`)
  const { type, data = {}, metadata } = (held?.object ?? {}) as Partial<Secret>
  if (type !== secretType || metadata?.deletionTimestamp !== undefined) return undefined
  const text = (key: string) => Buffer.from(data[key] ?? '', 'base64').toString()
  if (!isSame(text('token-secret'), secret) || text('token-id') !== id) return undefined
  if (isOver(text('expiration'), core.parts.clock.now())) return undefined
  if (text('usage-bootstrap-authentication') !== 'true') return undefined
  const groups = text('auth-extra-groups')
    .split(',')
    .filter((group) => group !== '')
  if (!groups.every((group) => groupForm.test(group))) return undefined
  return { name: `system:bootstrap:${id}`, groups: [...new Set([groupOfAll, ...groups])] }
}

/** Takes as long for a nearly right secret as for a wrong one. */
function isSame(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)]
  return a.length === b.length && timingSafeEqual(a, b)
}

/** A time that cannot be read is over. */
function isOver(expiration: string, nowMs: number): boolean {
  if (expiration === '') return false
  return parseTime(expiration) === undefined || Date.parse(expiration) < nowMs
}
