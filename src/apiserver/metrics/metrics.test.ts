import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createMetrics } from './metrics.ts'

const labels = {
  verb: 'list',
  group: '',
  version: 'v1',
  resource: 'pods',
  subresource: '',
  scope: 'namespace',
  code: 200,
} as const

test('createMetrics() counts requests and fills cumulative buckets', async () => {
  const metrics = createMetrics()
  metrics.requestDone(labels, 0.03, 500)
  metrics.requestDone(labels, 0.3, 5000)
  metrics.requestDone({ ...labels, verb: 'create', code: 201 }, 99, 10)
  metrics.watchers('pods', 1)
  metrics.watchers('pods', 1)
  metrics.watchers('pods', -1)
  const text = await metrics.render()
  const series =
    'component="apiserver",group="",resource="pods",scope="namespace",subresource="",verb="LIST",version="v1"'
  const lines = text.split('\n')
  for (const line of [
    `apiserver_request_total{code="200",${series}} 2`,
    `apiserver_request_total{code="201",${series.replace('LIST', 'POST')}} 1`,
    `apiserver_request_duration_seconds_bucket{${series},le="0.025"} 0`,
    `apiserver_request_duration_seconds_bucket{${series},le="0.05"} 1`,
    `apiserver_request_duration_seconds_bucket{${series},le="+Inf"} 2`,
    `apiserver_request_duration_seconds_count{${series}} 2`,
    `apiserver_request_duration_seconds_bucket{${series.replace('LIST', 'POST')},le="60"} 0`,
    'apiserver_longrunning_requests{component="apiserver",resource="pods",verb="WATCH"} 1',
  ])
    assert.ok(lines.includes(line), `${line}\nnot in\n${text}`)
  assert.match(text, /^process_resident_memory_bytes \d+$/m)
})
