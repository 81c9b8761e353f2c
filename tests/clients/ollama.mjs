// The cases of the client `ollama`. Each is named like its test in OllamaJsTests.
import assert from 'node:assert/strict';
import { Ollama } from 'ollama';

const greedy = { temperature: 0, num_predict: 60 };
const rivers = { model: 'tiny', messages: [{ role: 'user', content: 'Name three rivers.' }], options: greedy };

const connect = ({ address, key }) => new Ollama({ host: address, headers: { Authorization: `Bearer ${key}` } });

/** Ends with an error of the server: its status, and what it says. */
const refused = (promise, status, words) => assert.rejects(promise, (error) => {
  assert.equal(error.status_code, status);
  assert.match(error.message, words);
  return true;
});

const all = async (stream) => {
  const parts = [];
  for await (const part of stream)
    parts.push(part);
  return parts;
};

export const cases = {
  'Running and version': async (server) => {
    assert.equal(await (await fetch(server.address)).text(), 'Ollama is running');
    assert.match((await connect(server).version()).version, /^[0-9]+\.[0-9]+\.[0-9]+/);
  },

  'List': async (server) => {
    const { models } = await connect(server).list();
    assert.deepEqual(models.map((m) => m.name), ['other', 'tiny', 'tools']);
    assert.ok(models.every((m) => m.model === m.name && !Number.isNaN(Date.parse(m.modified_at))));
  },

  'Show': async (server) => {
    const shown = await connect(server).show({ model: 'tiny' });
    assert.equal(shown.details.family, 'llama');
    assert.equal(shown.details.parameter_size, '134.52M');
    assert.equal(shown.model_info['llama.context_length'], 8192);
    assert.deepEqual(shown.capabilities, ['completion']);
    assert.match(shown.template, /im_start/);
    assert.deepEqual((await connect(server).show({ model: 'other' })).capabilities, ['embedding']);
  },

  'Loaded models': async (server) => {
    const client = connect(server);
    assert.deepEqual((await client.ps()).models, []);
    assert.equal((await client.generate({ model: 'tiny', keep_alive: '10m' })).done_reason, 'load');
    const [loaded] = (await client.ps()).models;
    assert.equal(loaded.name, 'tiny');
    assert.equal(loaded.context_length, 8192);
    assert.ok(Date.parse(loaded.expires_at) > Date.now() + 8 * 60_000);
    assert.equal((await client.generate({ model: 'tiny', keep_alive: 0 })).done_reason, 'unload');
    assert.deepEqual((await client.ps()).models, []);
  },

  'Chat plain': async (server) => {
    const answer = await connect(server).chat({
      model: 'tiny',
      messages: [{ role: 'system', content: 'Answer shortly.' }, { role: 'user', content: 'What is the capital of Germany?' }],
      options: greedy,
    });
    assert.match(answer.message.content, /Berlin/);
    assert.equal(answer.done_reason, 'stop');
    assert.ok(answer.prompt_eval_count > 0 && answer.eval_count > 0 && answer.total_duration > answer.eval_duration && answer.eval_duration > 0);
  },

  'Chat stream is what the plain answer is': async (server) => {
    const whole = await connect(server).chat({ ...rivers });
    const parts = await all(await connect(server).chat({ ...rivers, stream: true }));
    assert.equal(parts.map((p) => p.message.content).join(''), whole.message.content);
    assert.deepEqual(parts.map((p) => p.done), parts.map((_, i) => i === parts.length - 1));
    assert.equal(parts.at(-1).eval_count, whole.eval_count);
    assert.equal(parts.at(-1).prompt_eval_count, whole.prompt_eval_count);
    assert.equal(parts.at(-1).done_reason, whole.done_reason);
  },

  'Chat schema': async (server) => {
    const answer = await connect(server).chat({
      model: 'tiny',
      messages: [{ role: 'user', content: 'Invent a person.' }],
      format: {
        type: 'object', required: ['name', 'age'], additionalProperties: false,
        properties: { name: { type: 'string', maxLength: 20 }, age: { type: 'integer', minimum: 0, maximum: 120 } },
      },
      options: greedy,
    });
    const person = JSON.parse(answer.message.content);
    assert.deepEqual(Object.keys(person), ['name', 'age']);
    assert.ok(person.age >= 0 && person.age <= 120);
  },

  'Chat tools where the template takes none': async (server) => {
    const tools = [{ type: 'function', function: { name: 'weather', description: 'The weather of a city.', parameters: { type: 'object', properties: { city: { type: 'string' } } } } }];
    await refused(connect(server).chat({ model: 'tiny', messages: [{ role: 'user', content: 'x' }], tools }), 400, /takes no tools/);
  },

  'Chat over length': async (server) => {
    await refused(connect(server).chat({ model: 'tiny', messages: [{ role: 'user', content: 'word '.repeat(20_000) }] }), 400, /[0-9]+ tokens.*8192/);
  },

  'Chat bad parameter': async (server) => {
    const client = connect(server);
    const messages = [{ role: 'user', content: 'x' }];
    await refused(client.chat({ model: 'tiny', messages, options: { mirostat: 2 } }), 400, /options\.mirostat/);
    await refused(client.chat({ model: 'tiny', messages, options: { num_ctx: 100_000 } }), 400, /100000.*8192/);
    await refused(client.chat({ model: 'tiny', messages: [{ role: 'user', content: 'x', images: ['aGVsbG8='] }] }), 400, /images/);
  },

  'Chat cancel ends the work': async (server) => {
    const stream = await connect(server).chat({
      model: 'tiny',
      messages: [{ role: 'user', content: 'Count.' }],
      format: { type: 'array', items: { type: 'integer' }, minItems: 2000 },
      stream: true,
    });
    await assert.rejects(async () => {
      for await (const part of stream)
        stream.abort();
    }, { name: 'AbortError' });
  },

  'Failure in the stream': async (server) => {
    const said = [];
    await assert.rejects(async () => {
      for await (const part of await connect(server).chat({ model: 'tiny', messages: [{ role: 'user', content: 'x' }], stream: true }))
        said.push(part.message.content);
    }, /worker/);
    assert.deepEqual(said, ['You said: ']);
  },

  'Generate': async (server) => {
    const request = { model: 'tiny', prompt: 'What is the capital of Germany?', system: 'Answer shortly.', options: greedy };
    const whole = await connect(server).generate({ ...request });
    assert.match(whole.response, /Berlin/);
    const parts = await all(await connect(server).generate({ ...request, stream: true }));
    assert.equal(parts.map((p) => p.response).join(''), whole.response);
    // What the template makes of them, written out.
    const raw = '<|im_start|>system\nAnswer shortly.<|im_end|>\n<|im_start|>user\nWhat is the capital of Germany?<|im_end|>\n<|im_start|>assistant\n';
    const plain = await connect(server).generate({ model: 'tiny', prompt: raw, raw: true, options: greedy });
    assert.equal(plain.response, whole.response);
    assert.equal(plain.prompt_eval_count, whole.prompt_eval_count);
  },

  'Embed': async (server) => {
    const input = ['How do I reset my password?', 'I forgot my password and cannot log in.', 'The invoice is due at the end of the month.'];
    const { embeddings, prompt_eval_count } = await connect(server).embed({ model: 'other', input });
    const cosine = (one, other) => one.reduce((sum, x, i) => sum + x * other[i], 0);
    assert.ok(embeddings.length === 3 && embeddings.every((v) => v.length === 384 && Math.abs(cosine(v, v) - 1) < 1e-3));
    assert.ok(cosine(embeddings[0], embeddings[1]) > 0.5);
    assert.ok(cosine(embeddings[0], embeddings[2]) < 0.2);
    assert.ok(prompt_eval_count > 0);
    const { embedding } = await connect(server).embeddings({ model: 'other', prompt: input[0] });
    const length = Math.sqrt(cosine(embedding, embedding));
    assert.ok(Math.abs(cosine(embedding, embeddings[0]) / length - 1) < 1e-3);
    await refused(connect(server).embed({ model: 'other', input: 'word '.repeat(2000), truncate: true }), 400, /[0-9]+ tokens/);
  },

  'Pull of an installed model': async (server) => {
    const statuses = await all(await connect(server).pull({ model: 'tiny', stream: true }));
    assert.equal(statuses.at(-1).status, 'success');
    assert.deepEqual(await connect(server).pull({ model: 'tiny' }), { status: 'success' });
  },

  'Unknown model': async (server) => {
    await refused(connect(server).chat({ ...rivers, model: 'none' }), 404, /hearth models import/);
    await refused(connect(server).show({ model: 'none' }), 404, /hearth models import/);
    await refused(connect(server).pull({ model: 'none' }), 404, /hearth models import/);
  },

  'Wrong key': async (server) => {
    await refused(connect({ ...server, key: server.key.slice(0, -1) }).chat({ ...rivers }), 401, /key/);
    await refused(connect(server).delete({ model: 'tiny' }), 403, /admin/);
    await refused(connect(server).push({ model: 'tiny' }), 403, /admin/);
  },
};
