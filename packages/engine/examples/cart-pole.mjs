/**
 * A pole on a cart, as Node.js programs for `@tensorflow/tfjs-node` are written: a policy learns by its gradient
 * (REINFORCE) to push the cart so that the pole stays up. The cart and its units are those of Barto, Sutton and Anderson
 * (1983).
 *
 *     node cart-pole.mjs
 */
import * as tf from '@spatial-ensemble/engine/tfjs';

const GAMES = 16;
const MOST_STEPS = 100;
const DISCOUNT = 0.97;
const ROUNDS = 12;

let drawn = 1;
/** Numbers from 0 to 1, the same in every run. */
const draw = () => (drawn = (drawn * 48_271) % 2_147_483_647) / 2_147_483_647;

/** The cart after 0.02 s, pushed with 10 N. */
function move([x, speed, angle, turning], right) {
  const [gravity, pole, mass, seconds] = [9.8, 0.1, 1.1, 0.02];
  const [sin, cos] = [Math.sin(angle), Math.cos(angle)];
  const push = ((right ? 10 : -10) + pole * 0.5 * turning * turning * sin) / mass;
  const turn = (gravity * sin - cos * push) / (0.5 * (4 / 3 - (pole * cos * cos) / mass));
  const pull = push - (pole * 0.5 * turn * cos) / mass;
  return [x + seconds * speed, speed + seconds * pull, angle + seconds * turning, turning + seconds * turn];
}
const isDown = ([x, , angle]) => Math.abs(x) > 2.4 || Math.abs(angle) > Math.PI / 15;

const policy = tf.sequential({
  layers: [
    tf.layers.dense({
      units: 8,
      activation: 'tanh',
      inputShape: [4],
      kernelInitializer: tf.initializers.glorotUniform({ seed: 1 }),
    }),
    tf.layers.dense({ units: 1, kernelInitializer: tf.initializers.glorotUniform({ seed: 2 }) }),
  ],
});
const optimizer = tf.train.adam(0.05);

/** Plays all games at once; each is a list of moves: the state, and whether the cart was pushed to the right. */
function play() {
  const games = Array.from({ length: GAMES }, () => ({
    state: Array.from({ length: 4 }, () => (draw() - 0.5) / 10),
    moves: [],
  }));
  for (let step = 0; step < MOST_STEPS; step++) {
    const running = games.filter(({ state }) => !isDown(state));
    if (running.length === 0) break;
    const chances = tf.tidy(() =>
      tf.sigmoid(policy.predict(tf.tensor2d(running.map(({ state }) => state)))).dataSync(),
    );
    running.forEach((game, i) => {
      const right = draw() < chances[i];
      game.moves.push({ state: game.state, right });
      game.state = move(game.state, right);
    });
  }
  return games.map(({ moves }) => moves);
}

/** What each move brought: the discounted number of steps that followed. */
const returns = (moves) =>
  moves.reduceRight((later, _, i) => ((later[i] = 1 + DISCOUNT * (later[i + 1] ?? 0)), later), []);

const steps = [];
const losses = [];
for (let round = 0; round < ROUNDS; round++) {
  const games = play();
  const moves = games.flat();
  steps.push(moves.length / GAMES);
  const loss = optimizer.minimize(() => {
    const states = tf.tensor2d(moves.map(({ state }) => state));
    const pushes = tf.tensor2d(moves.map(({ right }) => [right ? 1 : 0]));
    const brought = tf.tensor2d(games.flatMap(returns), [moves.length, 1]);
    const { mean, variance } = tf.moments(brought);
    const worth = tf.div(tf.sub(brought, mean), tf.sqrt(variance));
    // Minus the logarithm of the chance of what was done.
    const surprise = tf.losses.sigmoidCrossEntropy(pushes, policy.apply(states), worth);
    return tf.mean(surprise);
  }, true);
  losses.push(loss.dataSync()[0]);
  loss.dispose();
}
console.log(JSON.stringify({ backend: tf.getBackend(), steps, losses }));
