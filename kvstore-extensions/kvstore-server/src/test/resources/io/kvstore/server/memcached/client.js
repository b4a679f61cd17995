// The client "memcached" from npm at work; its first argument is the address of a node.
const assert = require('node:assert');
const Memcached = require('memcached');

const client = new Memcached(process.argv[2], { timeout: 20000, retries: 0 });
const call = (name, ...values) =>
  new Promise((resolve, reject) =>
    client[name](...values, (failure, answer) => (failure ? reject(failure) : resolve(answer))));

async function work() {
  assert.strictEqual(await call('set', 'k', 'v', 0), true);
  assert.strictEqual(await call('get', 'k'), 'v');
  await assert.rejects(call('add', 'k', 'w', 0));
  assert.strictEqual(await call('replace', 'k', 'w', 0), true);
  const seen = await call('gets', 'k');
  assert.strictEqual(seen.k, 'w');
  assert.strictEqual(await call('cas', 'k', 'x', seen.cas, 0), true);
  assert.strictEqual(await call('cas', 'k', 'y', seen.cas, 0), false);
  assert.strictEqual(await call('append', 'k', '!'), true);
  assert.strictEqual(await call('prepend', 'k', '?'), true);
  assert.strictEqual(await call('get', 'k'), '?x!');
  assert.strictEqual(await call('set', 'n', 10, 0), true);
  assert.strictEqual(await call('incr', 'n', 5), 15);
  assert.strictEqual(await call('decr', 'n', 7), 8);
  assert.strictEqual(await call('touch', 'k', 100), true);
  assert.strictEqual(await call('set', 'o', { snow: '\u2603' }, 0), true);
  assert.deepStrictEqual(await call('get', 'o'), { snow: '\u2603' });
  const bytes = Buffer.from([0, 13, 10, 255]);
  assert.strictEqual(await call('set', 'b', bytes, 0), true);
  assert.deepStrictEqual(await call('get', 'b'), bytes);
  assert.deepStrictEqual(await call('getMulti', ['k', 'n', 'none']), { k: '?x!', n: 8 });
  assert.strictEqual(await call('del', 'k'), true);
  assert.strictEqual(await call('get', 'k'), undefined);
  assert.match((await call('version'))[0].version, /^1\.6\.18$/);
  assert.ok((await call('stats'))[0].pid);
  assert.deepStrictEqual(await call('flush'), [true]);
  assert.strictEqual(await call('get', 'n'), undefined);
  const pairs = Array.from({ length: 500 }, (_, i) => ['key' + i, 'value' + i]);
  await Promise.all(pairs.map(([key, value]) => call('set', key, value, 0)));
  assert.deepStrictEqual(
    await Promise.all(pairs.map(([key]) => call('get', key))),
    pairs.map(([, value]) => value));
}

work().then(
  () => {
    client.end();
    console.log('all is well');
  },
  (failure) => {
    console.error(failure);
    process.exit(1);
  });
