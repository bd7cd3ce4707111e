import type { KubeObject } from '#schema/object'
import type { Core } from '../../call.ts'
import type { Admission } from '../plugin.ts'

/** A write that a node asks for. */
export interface Asked {
  readonly admission: Admission
  /** The node's name. */
  readonly node: string
  readonly subresource: string
  /** The name of the object that is written. */
  readonly name: string
}

/** Why a node may not make a write; undefined when it may. @throws ApiError for what is refused in other ways. */
export type NodeRule = (asked: Asked) => string | undefined | Promise<string | undefined>

/** An object as the server has it now; undefined when there is none. */
export const known = (
  { registry }: Core,
  plural: string,
  namespace: string,
  name: string,
): KubeObject | undefined => registry.inGroup('', plural)?.peek(namespace, name)?.object

/** A text as upstream's messages quote it. */
export const quoted = (text: string) => JSON.stringify(text)
