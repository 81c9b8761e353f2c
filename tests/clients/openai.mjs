// The official OpenAI library for JavaScript. Each case is a test of OpenAiJsTests.
import assert from 'node:assert/strict';
import OpenAI, { APIError } from 'openai';

const greedy = { model: 'tiny', temperature: 0, max_tokens: 40 };
const capital = [{ role: 'system', content: 'Answer shortly.' }, { role: 'user', content: 'What is the capital of Germany?' }];
const rivers = [{ role: 'user', content: 'Name three rivers.' }];
const roman = [{ role: 'user', content: 'How is the weather in Rome?' }];
const person = {
  type: 'object', required: ['name', 'age'], additionalProperties: false,
  properties: { name: { type: 'string', maxLength: 20 }, age: { type: 'integer', minimum: 0, maximum: 120 } },
};
// An answer that takes longer than any client is late.
const count = [{ role: 'user', content: 'Count.' }];
const numbers = { type: 'array', items: { type: 'integer' }, minItems: 2000 };
const weather = { name: 'weather', description: 'The weather of a city.', parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] } };
const words = 'word '.repeat(20_000);
const texts = ['How do I reset my password?', 'I forgot my password and cannot log in.', 'The invoice is due at the end of the month.'];

// A client that tries again would hide failures.
const connect = ({ address, key }) => new OpenAI({ baseURL: `${address}/v1`, apiKey: key, maxRetries: 0 });

const refused = (status, param) => error => {
  assert.ok(error instanceof APIError, String(error));
  assert.equal(error.status, status);
  if (param)
    assert.equal(error.param, param);
  return true;
};

const collect = async stream => {
  const all = [];
  for await (const item of stream)
    all.push(item);
  return all;
};

const cosine = (one, other) => one.reduce((sum, x, i) => sum + x * other[i], 0);

const checkVectors = vectors => {
  for (const vector of vectors)
    assert.equal(vector.length, 384);
  assert.ok(cosine(vectors[0], vectors[1]) > 0.5);
  assert.ok(cosine(vectors[0], vectors[2]) < 0.2);
};

const checkPerson = text => {
  const value = JSON.parse(text);
  assert.deepEqual(Object.keys(value), ['name', 'age']);
  assert.ok(value.age >= 0 && value.age <= 120);
};

export const cases = {
  'Chat plain': async server => {
    const answer = await connect(server).chat.completions.create({ ...greedy, messages: capital });
    assert.match(answer.choices[0].message.content, /Berlin/);
    assert.equal(answer.choices[0].finish_reason, 'stop');
    assert.ok(answer.usage.prompt_tokens > 0 && answer.usage.completion_tokens > 0);
  },

  'Chat stream is what the plain answer is': async server => {
    const client = connect(server);
    const whole = await client.chat.completions.create({ ...greedy, messages: rivers });
    const chunks = await collect(await client.chat.completions.create({ ...greedy, messages: rivers, stream: true, stream_options: { include_usage: true } }));
    assert.equal(chunks.map(c => c.choices[0]?.delta.content ?? '').join(''), whole.choices[0].message.content);
    assert.equal(chunks.at(-1).usage.completion_tokens, whole.usage.completion_tokens);
    assert.equal(chunks.at(-2).choices[0].finish_reason, whole.choices[0].finish_reason);
  },

  'Chat stream by the helper': async server => {
    const client = connect(server);
    const whole = await client.chat.completions.create({ ...greedy, messages: rivers });
    const stream = client.chat.completions.stream({ ...greedy, messages: rivers });
    const pieces = [];
    stream.on('content', piece => pieces.push(piece));
    const final = await stream.finalChatCompletion();
    assert.equal(pieces.join(''), whole.choices[0].message.content);
    assert.equal(final.choices[0].message.content, whole.choices[0].message.content);
    assert.equal(final.choices[0].message.role, 'assistant');
  },

  'Chat schema': async server => {
    const answer = await connect(server).chat.completions.create({
      ...greedy, max_tokens: 80, messages: [{ role: 'user', content: 'Invent a person.' }],
      response_format: { type: 'json_schema', json_schema: { name: 'person', schema: person, strict: true } },
    });
    checkPerson(answer.choices[0].message.content);
  },

  'Chat tools': async server => {
    const runner = connect(server).chat.completions.runTools({
      model: 'tiny', messages: [{ role: 'user', content: 'How is the weather in Bonn?' }],
      tools: [{ type: 'function', function: { ...weather, parse: JSON.parse, function: ({ city }) => `rain in ${city}` } }],
    });
    assert.equal(await runner.finalContent(), 'It is rain in Bonn');
  },

  'Chat tools in a stream': async server => {
    const runner = connect(server).chat.completions.runTools({
      model: 'tiny', stream: true, messages: [{ role: 'user', content: 'How is the weather in Bonn?' }],
      tools: [{ type: 'function', function: { ...weather, parse: JSON.parse, function: ({ city }) => `rain in ${city}` } }],
    });
    assert.equal(await runner.finalContent(), 'It is rain in Bonn');
  },

  'Chat tools demanded': async server => {
    const answer = await connect(server).chat.completions.create({ ...greedy, model: 'tools', messages: roman, tools: [{ type: 'function', function: weather }], tool_choice: 'required' });
    const [call] = answer.choices[0].message.tool_calls;
    assert.equal(answer.choices[0].finish_reason, 'tool_calls');
    assert.equal(call.function.name, 'weather');
    assert.equal(typeof JSON.parse(call.function.arguments).city, 'string');
  },

  'Chat tools where the template takes none': async server => {
    await assert.rejects(connect(server).chat.completions.create({ ...greedy, messages: capital, tools: [{ type: 'function', function: weather }] }), error => {
      assert.match(error.message, /takes no tools/);
      return refused(400)(error);
    });
  },

  'Chat log probabilities': async server => {
    const answer = await connect(server).chat.completions.create({ ...greedy, messages: capital, logprobs: true, top_logprobs: 2 });
    const tokens = answer.choices[0].logprobs.content;
    assert.equal(tokens.map(t => t.token).join('').replace('<|im_end|>', ''), answer.choices[0].message.content);
    for (const token of tokens)
      assert.equal(token.logprob, token.top_logprobs[0].logprob);
  },

  'Chat over length': async server => {
    await assert.rejects(connect(server).chat.completions.create({ ...greedy, messages: [{ role: 'user', content: words }] }), error => {
      assert.match(error.message, /tokens/);
      assert.equal(error.code, 'context_length_exceeded');
      return refused(400, 'messages')(error);
    });
  },

  'Chat bad parameter': async server => {
    await assert.rejects(connect(server).chat.completions.create({ ...greedy, temperature: 5, messages: capital }), refused(400, 'temperature'));
  },

  'Chat cancel': async server => {
    const client = connect(server);
    const stream = await client.chat.completions.create({ model: 'tiny', messages: count, stream: true, response_format: { type: 'json_schema', json_schema: { name: 'numbers', schema: numbers } } });
    let last;
    for await (last of stream)
      stream.controller.abort();
    // However many pieces had come by then: the list was not at its end.
    assert.equal(last.choices[0].finish_reason, null);
    assert.equal((await client.chat.completions.create({ ...greedy, max_tokens: 1, messages: capital })).usage.completion_tokens, 1);
  },

  'Chat failure in the stream': async server => {
    const seen = [];
    await assert.rejects(async () => {
      for await (const chunk of await connect(server).chat.completions.create({ model: 'tiny', messages: capital, stream: true }))
        seen.push(chunk.choices[0].delta.content ?? '');
    }, error => error instanceof APIError && error.code === 'worker_lost');
    assert.equal(seen.join(''), 'You said: ');
  },

  'Completions': async server => {
    const client = connect(server);
    const answer = await client.completions.create({ ...greedy, prompt: ['The capital of France is', 'The capital of Germany is'], logprobs: 1 });
    assert.match(answer.choices[1].text, /Berlin/);
    assert.deepEqual(answer.choices.map(c => c.index), [0, 1]);
    const { tokens, text_offset } = answer.choices[1].logprobs;
    assert.equal(tokens.join(''), answer.choices[1].text);
    assert.deepEqual(text_offset.slice(0, 2), [25, 25 + tokens[0].length]);
    const echoed = await client.completions.create({ ...greedy, prompt: 'The capital of Germany is', echo: true });
    assert.equal(echoed.choices[0].text, 'The capital of Germany is' + answer.choices[1].text);
    assert.equal(echoed.choices[0].finish_reason, 'length');
  },

  'Completions stream is what the plain answer is': async server => {
    const client = connect(server);
    const asked = { ...greedy, prompt: ['The capital of France is', 'The capital of Germany is'] };
    const whole = await client.completions.create(asked);
    const chunks = await collect(await client.completions.create({ ...asked, stream: true, stream_options: { include_usage: true } }));
    for (const index of [0, 1])
      assert.equal(chunks.flatMap(c => c.choices).filter(c => c.index === index).map(c => c.text).join(''), whole.choices[index].text);
    assert.equal(chunks.at(-1).usage.completion_tokens, whole.usage.completion_tokens);
  },

  'Completions over length': async server => {
    await assert.rejects(connect(server).completions.create({ ...greedy, prompt: words }), refused(400, 'prompt'));
  },

  'Completions failure in the stream': async server => {
    await assert.rejects(async () => collect(await connect(server).completions.create({ model: 'tiny', prompt: 'x', stream: true })), error => error.code === 'worker_lost');
  },

  'Embeddings': async server => {
    // The library asks for base64 unless it is told otherwise.
    const answer = await connect(server).embeddings.create({ model: 'other', input: texts });
    checkVectors(answer.data.map(d => d.embedding));
    assert.ok(answer.usage.prompt_tokens > 0);
  },

  'Embeddings as numbers': async server => {
    const client = connect(server);
    const [numbers, packed] = [await client.embeddings.create({ model: 'other', input: texts, encoding_format: 'float' }), await client.embeddings.create({ model: 'other', input: texts })];
    checkVectors(numbers.data.map(d => d.embedding));
    assert.deepEqual(numbers.data[0].embedding.map(Math.fround), Array.from(packed.data[0].embedding));
  },

  'Responses plain': async server => {
    const answer = await connect(server).responses.create({ model: 'tiny', temperature: 0, instructions: 'Answer shortly.', input: 'What is the capital of Germany?' });
    assert.match(answer.output_text, /Berlin/);
    assert.equal(answer.status, 'completed');
    assert.ok(answer.usage.input_tokens > 0 && answer.usage.output_tokens > 0);
  },

  'Responses in turns': async server => {
    const client = connect(server);
    const input = [{ role: 'user', content: 'Name a river.' }];
    const first = await client.responses.create({ model: 'tiny', temperature: 0, max_output_tokens: 40, input });
    const second = await client.responses.create({ model: 'tiny', temperature: 0, max_output_tokens: 40, input: [...input, ...first.output, { role: 'user', content: 'Where is it?' }] });
    assert.ok(second.output_text.length > 0);
    assert.ok(second.usage.input_tokens > first.usage.input_tokens + first.usage.output_tokens);
  },

  'Responses stream is what the plain answer is': async server => {
    const client = connect(server);
    const asked = { model: 'tiny', temperature: 0, max_output_tokens: 40, input: 'Name three rivers.' };
    const whole = await client.responses.create(asked);
    const events = await collect(await client.responses.create({ ...asked, stream: true }));
    assert.deepEqual(events.map(e => e.sequence_number), events.map((_, i) => i));
    assert.equal(events.filter(e => e.type === 'response.output_text.delta').map(e => e.delta).join(''), whole.output_text);
    assert.deepEqual(events.at(-1).response.usage.output_tokens, whole.usage.output_tokens);
  },

  'Responses stream by the helper': async server => {
    const client = connect(server);
    const asked = { model: 'tiny', temperature: 0, max_output_tokens: 40, input: 'Name three rivers.' };
    const whole = await client.responses.create(asked);
    const final = await client.responses.stream(asked).finalResponse();
    assert.equal(final.output_text, whole.output_text);
    assert.equal(final.status, whole.status);
  },

  'Responses schema': async server => {
    const answer = await connect(server).responses.create({
      model: 'tiny', temperature: 0, max_output_tokens: 80, input: 'Invent a person.', text: { format: { type: 'json_schema', name: 'person', schema: person, strict: true } },
    });
    checkPerson(answer.output_text);
  },

  'Responses tools': async server => {
    const client = connect(server);
    const input = [{ role: 'user', content: 'How is the weather in Bonn?' }];
    const tools = [{ type: 'function', strict: true, ...weather }];
    const first = await client.responses.create({ model: 'tiny', input, tools });
    assert.deepEqual(first.output.map(i => [i.type, i.name, JSON.parse(i.arguments)]), [['function_call', 'weather', { city: 'Bonn' }]]);
    input.push(...first.output, { type: 'function_call_output', call_id: first.output[0].call_id, output: 'rain' });
    assert.equal((await client.responses.create({ model: 'tiny', input, tools })).output_text, 'It is rain');
    const final = await client.responses.stream({ model: 'tiny', input: input.slice(0, 1), tools }).finalResponse();
    assert.deepEqual(final.output[0].arguments, first.output[0].arguments);
  },

  'Responses tools demanded': async server => {
    const answer = await connect(server).responses.create({
      model: 'tools', temperature: 0, input: roman, tools: [{ type: 'function', strict: true, ...weather }], tool_choice: { type: 'function', name: 'weather' },
    });
    assert.deepEqual(answer.output.map(i => [i.type, i.name]), [['function_call', 'weather']]);
    assert.equal(typeof JSON.parse(answer.output[0].arguments).city, 'string');
  },

  'Responses over length': async server => {
    await assert.rejects(connect(server).responses.create({ model: 'tiny', input: words, stream: true }), refused(400, 'input'));
  },

  'Responses bad parameter': async server => {
    const client = connect(server);
    await assert.rejects(client.responses.create({ model: 'tiny', input: 'x', previous_response_id: 'resp_1' }), refused(400, 'previous_response_id'));
    await assert.rejects(client.responses.create({ model: 'tiny', input: 'x', store: true }), refused(400, 'store'));
  },

  'Responses cancel': async server => {
    const client = connect(server);
    const stream = await client.responses.create({ model: 'tiny', input: count, stream: true, text: { format: { type: 'json_schema', name: 'numbers', schema: numbers } } });
    let last;
    for await (last of stream)
      stream.controller.abort();
    assert.ok(!['response.completed', 'response.incomplete'].includes(last.type), last.type);
    assert.equal((await client.responses.create({ model: 'tiny', input: 'x', max_output_tokens: 1 })).usage.output_tokens, 1);
  },

  'Responses failure in the stream': async server => {
    const seen = [];
    await assert.rejects(async () => {
      for await (const event of await connect(server).responses.create({ model: 'tiny', input: 'x', stream: true }))
        seen.push(event);
    }, error => error.code === 'worker_lost');
    assert.equal(seen.filter(e => e.type === 'response.output_text.delta').map(e => e.delta).join(''), 'You said: ');
    assert.equal(seen.at(-1).type, 'response.failed');
    await assert.rejects(connect(server).responses.stream({ model: 'tiny', input: 'x' }).finalResponse());
  },

  'Models': async server => {
    const client = connect(server);
    assert.deepEqual((await collect(client.models.list())).map(m => m.id).sort(), ['other', 'tiny', 'tools']);
    assert.equal((await client.models.retrieve('tiny')).id, 'tiny');
    await assert.rejects(client.models.retrieve('none'), refused(404, 'model'));
  },

  'Wrong key': async server => {
    const client = connect(server);
    await assert.rejects(client.chat.completions.create({ ...greedy, messages: capital }), refused(401));
    await assert.rejects(client.responses.create({ model: 'tiny', input: 'x' }), refused(401));
  },
};
