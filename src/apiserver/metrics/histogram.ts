/** Label values of one series, in the order of the family's label names. */
type LabelValues = readonly string[]

/** Counts by label values, rendered as a Prometheus counter or gauge. */
export class Tally {
  readonly #head: string
  readonly #name: string
  readonly #labels: readonly string[]
  readonly #series = new Map<string, { values: LabelValues; total: number }>()

  constructor(name: string, kind: 'counter' | 'gauge', help: string, labels: readonly string[]) {
    this.#name = name
    this.#head = `# HELP ${name} ${help}\n# TYPE ${name} ${kind}\n`
    this.#labels = labels
  }

  add(values: LabelValues, change = 1): void {
    const key = values.join('\n')
    const found = this.#series.get(key)
    if (found) found.total += change
    else this.#series.set(key, { values, total: change })
  }

  render(): string {
    let text = this.#head
    for (const { values, total } of this.#series.values()) {
      text += `${this.#name}{${labelText(this.#labels, values)}} ${total}\n`
    }
    return text
  }
}

/** Observations by label values, rendered as a Prometheus histogram. */
export class Histogram {
  readonly #name: string
  readonly #help: string
  readonly #labels: readonly string[]
  readonly #bounds: readonly number[]
  readonly #series = new Map<string, { values: LabelValues; counts: Float64Array; sum: number }>()

  constructor(name: string, help: string, labels: readonly string[], bounds: readonly number[]) {
    this.#name = name
    this.#help = help
    this.#labels = labels
    this.#bounds = bounds
  }

  observe(values: LabelValues, observed: number): void {
    const key = values.join('\n')
    let found = this.#series.get(key)
    if (!found) {
      found = { values, counts: new Float64Array(this.#bounds.length + 1), sum: 0 }
      this.#series.set(key, found)
    }
    const at = this.#bounds.findIndex((bound) => observed <= bound)
    const index = at < 0 ? this.#bounds.length : at
    found.counts[index] = (found.counts[index] as number) + 1
    found.sum += observed
  }

  render(): string {
    let text = `# HELP ${this.#name} ${this.#help}\n# TYPE ${this.#name} histogram\n`
    for (const { values, counts, sum } of this.#series.values()) {
      const labels = labelText(this.#labels, values)
      let total = 0
      for (let i = 0; i <= this.#bounds.length; i++) {
        total += counts[i] as number
        const bound = i === this.#bounds.length ? '+Inf' : String(this.#bounds[i])
        text += `${this.#name}_bucket{${labels},le="${bound}"} ${total}\n`
      }
      text += `${this.#name}_sum{${labels}} ${sum}\n${this.#name}_count{${labels}} ${total}\n`
    }
    return text
  }
}

function labelText(names: readonly string[], values: LabelValues): string {
  return names.map((name, i) => `${name}="${escape(values[i] ?? '')}"`).join(',')
}

const escape = (value: string) =>
  value.replace(/[\\"\n]/g, (found) => (found === '\n' ? '\\n' : `\\${found}`))
