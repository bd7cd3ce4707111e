import type { Cancel } from '#base/cancel'
import type { Pod } from '#kinds/gen/core-v1'
import type { Runtime } from '../contract.ts'
import { asksStrictGroups, noGroupsPolicy } from './admit-security.ts'

/** What the runtime says that it can do to confine pods. */
export class RuntimeTraits {
  readonly #runtime: Pick<Runtime, 'status'>
  #hasGroupsPolicy: boolean | undefined

  constructor(runtime: Pick<Runtime, 'status'>) {
    this.#runtime = runtime
  }

  /** Undefined while the runtime has not said. */
  get hasGroupsPolicy(): boolean | undefined {
    return this.#hasGroupsPolicy
  }

  /** Asks the runtime. */
  async learn(signal: Cancel) {
    const { handlers = [], hasGroupsPolicy = false } = await this.#runtime.status(signal)
    this.#hasGroupsPolicy = hasGroupsPolicy
    return handlers
  }

  /** Asks only for a pod that needs more than every runtime can. @throws Error saying what the runtime cannot */
  async check(pod: Pod, signal: Cancel): Promise<void> {
    const asksUsers = pod.spec?.hostUsers === false
    if (!asksUsers && !asksStrictGroups(pod)) return
    const handlers = await this.learn(signal)
    if (asksStrictGroups(pod) && this.#hasGroupsPolicy !== true) throw new Error(noGroupsPolicy)
    if (!asksUsers) return
    const name = pod.spec?.runtimeClassName ?? ''
    if (handlers.some((one) => one.name === name && one.hasUserNamespaces)) return
    const who = name === '' ? 'runtime' : `RuntimeClass handler ${JSON.stringify(name)}`
    throw new Error(`can't set \`spec.hostUsers: false\`, ${who} does not support user namespaces`)
  }
}
