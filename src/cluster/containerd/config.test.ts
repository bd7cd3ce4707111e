import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hasSysResource, toConfig, toPlainHttpHosts } from './config.ts'
import { containerdLayout, defaultDataDir } from './layout.ts'

test('toConfig() keeps everything below the data directory', () => {
  const layout = containerdLayout('/tmp/a')
  const config = toConfig(layout, { sandboxImage: 'pause:1', pluginFolder: '/cni', mayLowerOomScore: false })
  for (const [, path] of config.matchAll(
    /^\s*(?:root|state|address|path|conf_dir|config_path) = "([^"]+)"/gm,
  )) {
    assert.match(path as string, /^\/tmp\/a\//)
  }
  assert.match(config, /restrict_oom_score_adj = true/)
  assert.match(config, /sandbox_image = "pause:1"/)
})

test('toConfig() lets containerd lower scores where the machine allows it', () => {
  const settings = { sandboxImage: 'pause:1', pluginFolder: '/cni', mayLowerOomScore: true }
  assert.match(toConfig(containerdLayout('/tmp/a'), settings), /restrict_oom_score_adj = false/)
})

test('hasSysResource() reads the effective capabilities', () => {
  assert.equal(hasSysResource('Name:\tx\nCapEff:\t000001ffffffffff\n'), true)
  assert.equal(hasSysResource('Name:\tx\nCapEff:\t000001fffeffffff\n'), false)
  assert.equal(hasSysResource(''), false)
})

test('containerdLayout() gives each data directory a bridge of its own that fits an interface name', () => {
  assert.equal(containerdLayout(defaultDataDir).bridge, 'kubeling0')
  const bridges = ['/tmp/a', '/tmp/b'].map((folder) => containerdLayout(folder).bridge)
  assert.notEqual(bridges[0], bridges[1])
  for (const bridge of bridges) assert.ok(bridge.length <= 15, bridge)
})

test('toPlainHttpHosts() names the registry as plain HTTP', () => {
  assert.match(toPlainHttpHosts('lan:5000'), /^server = "http:\/\/lan:5000"\n\n\[host\."http:\/\/lan:5000"\]/)
})
