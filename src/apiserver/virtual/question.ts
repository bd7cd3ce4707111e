import type { HttpResponse } from '#base/http'
import { invalidObject } from '#base/field-error'
import { canonical } from '#schema/canonical'
import type { KubeObject } from '#schema/object'
import { answerWith } from '../answer.ts'
import { readObject } from '../body.ts'
import type { Call } from '../call.ts'
import { writeOptions } from '../options.ts'
import { ownedByWriter } from '../ownership/own.ts'
import { ruleContext, settleNamespace } from '../prepare.ts'

/** Reads the object that asks, and checks it by the rules of its kind. @throws ApiError Invalid. */
export async function readQuestion<T extends KubeObject>(call: Call): Promise<T> {
  const { kind, info } = call
  const { fieldManager } = writeOptions(info.query, 'CreateOptions')
  const object = await readObject(call, kind)
  settleNamespace(call, object)
  ownedByWriter(call, fieldManager)(object, undefined)
  const errors = [...(kind.rules.validate?.(object, ruleContext(call)) ?? [])]
  if (errors.length > 0) throw invalidObject(kind.group, kind.kind, '', errors)
  return object as T
}

/** Answers with the object that asked, its status filled in; the status has its fields in upstream's order. */
export function answerQuestion(
  { form, kind }: Call,
  question: KubeObject,
  status: object,
): Promise<HttpResponse> {
  const head = { kind: kind.kind, apiVersion: kind.apiVersion }
  // Empty lists of an answer stay lists; those of stored objects do not.
  return answerWith(form, { ...canonical(kind.type, { ...question, ...head }), status }, 201)
}
