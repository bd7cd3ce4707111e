import { stringifyJson } from '#schema/json'
import type { Json } from '#schema/object'
import { KubectlError } from '../fault.ts'
import { withSortedKeys } from '../printers/sorted-keys.ts'
import { JsonPathError } from './error.ts'
import { evaluate } from './evaluate.ts'
import { goSyntax } from './go-text.ts'
import { type Part, parseTemplate } from './parse.ts'

/** A JSONPath template, read once and filled in for each object. @throws KubectlError for one that cannot be read. */
export class JsonPathTemplate {
  readonly #text: string
  readonly #parts: readonly Part[]
  readonly #allowMissing: boolean
  readonly #fault: JsonPathError | undefined

  constructor(text: string, allowMissing: boolean) {
    this.#text = text
    this.#allowMissing = allowMissing
    try {
      this.#parts = parseTemplate(text)
    } catch (error) {
      if (!(error instanceof JsonPathError)) throw error
      if (!error.isAtRun) throw new KubectlError(`error parsing jsonpath ${text}, ${error.message}`)
      this.#parts = []
      this.#fault = error
    }
  }

  /** The text for an object. */
  render(object: Json): string {
    return this.#running(object, () => this.#render(this.#parts, object))
  }

  /** The values for an object. */
  values(object: Json): Json[] {
    return this.#running(object, () => this.#values(this.#parts, object))
  }

  #running<T>(object: Json, run: () => T): T {
    try {
      if (this.#fault) throw this.#fault
      return run()
    } catch (error) {
      if (!(error instanceof JsonPathError)) throw error
      throw new KubectlError(
        `error executing jsonpath ${JSON.stringify(this.#text)}: Error executing template: ${error.message}. Printing more information for debugging the template:\n\ttemplate was:\n\t\t${this.#text}\n\tobject given to jsonpath engine was:\n\t\t${goSyntax(object)}\n\n\n`,
      )
    }
  }

  #render(parts: readonly Part[], object: Json): string {
    return parts
      .map((part) => {
        if (part.is === 'text') return part.text
        const values = evaluate(part.steps, object, this.#allowMissing)
        if (part.is === 'path') return values.map(valueText).join(' ')
        return values.map((value) => this.#render(part.body, value)).join('')
      })
      .join('')
  }

  #values(parts: readonly Part[], object: Json): Json[] {
    return parts.flatMap((part) => {
      if (part.is === 'text') return []
      const values = evaluate(part.steps, object, this.#allowMissing)
      return part.is === 'path' ? values : values.flatMap((value) => this.#values(part.body, value))
    })
  }
}

/** Texts and numbers as they are, everything else as JSON. */
function valueText(value: Json): string {
  if (value !== null && typeof value === 'object') return stringifyJson(withSortedKeys(value))
  return `${value}`
}

const relaxed = /^\{\.?([^{}]+)\}$|^\.?([^{}]+)$/

/** A path that people may write without braces or the first dot, in braces. @throws KubectlError */
export function inBraces(path: string): string {
  if (path === '') return path
  const match = relaxed.exec(path)
  if (!match)
    throw new KubectlError(
      `unexpected path string, expected a 'name1.name2' or '.name1.name2' or '{name1.name2}' or '{.name1.name2}'`,
    )
  return `{.${match[1] ?? match[2]}}`
}
