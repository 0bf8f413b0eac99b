/** @file The equations of the paper, in MathML. */
import type { ComponentChildren, JSX } from 'preact';

/** An equation on a line of its own. @param label how the paper numbers it */
export function Equation({ label, children }: { label?: string; children: ComponentChildren }): JSX.Element {
  return (
    <div class="equation">
      <math display="block">
        <mrow>{children}</mrow>
      </math>
      {label !== undefined && <span class="soft">{label}</span>}
    </div>
  );
}

/** v_i, or another letter with an index. */
function Sub({ of, at }: { of: string; at: string }): JSX.Element {
  return (
    <msub>
      <mi class={/^[vf]$/.test(of) ? 'vector' : ''}>{of}</mi>
      <mi>{at}</mi>
    </msub>
  );
}

const V = (): JSX.Element => <mi class="vector">v</mi>;

/** exp(v_x·v/τ) */
function ExpSimilarity({ at }: { at: string }): JSX.Element {
  return (
    <mrow>
      <mi>exp</mi>
      <mo>(</mo>
      <Sub of="v" at={at} />
      <mo>·</mo>
      <V />
      <mo>/</mo>
      <mi>τ</mi>
      <mo>)</mo>
    </mrow>
  );
}

/** P(i|v) */
function P(): JSX.Element {
  return (
    <mrow>
      <mi>P</mi>
      <mo>(</mo>
      <mi>i</mi>
      <mo>|</mo>
      <V />
      <mo>)</mo>
    </mrow>
  );
}

/** h(i, v) */
function H({ at = 'i' }: { at?: string }): JSX.Element {
  return (
    <mrow>
      <mi>h</mi>
      <mo>(</mo>
      <mi>{at}</mi>
      <mo>,</mo>
      <V />
      <mo>)</mo>
    </mrow>
  );
}

export function FeatureEquation(): JSX.Element {
  const f = (
    <mrow>
      <Sub of="f" at="θ" />
      <mo>(</mo>
      <mi>x</mi>
      <mo>)</mo>
    </mrow>
  );
  return (
    <Equation>
      <V />
      <mo>=</mo>
      <mfrac>
        {f}
        <mrow>
          <mo>‖</mo>
          {f}
          <mo>‖</mo>
        </mrow>
      </mfrac>
      <mo>,</mo>
      <mspace width="1em" />
      <mo>‖</mo>
      <V />
      <mo>‖</mo>
      <mo>=</mo>
      <mn>1</mn>
    </Equation>
  );
}

export function SimilarityEquation(): JSX.Element {
  return (
    <Equation>
      <Sub of="v" at="i" />
      <mo>·</mo>
      <V />
      <mo>=</mo>
      <munder>
        <mo>∑</mo>
        <mi>d</mi>
      </munder>
      <msub>
        <mi>v</mi>
        <mrow>
          <mi>i</mi>
          <mi>d</mi>
        </mrow>
      </msub>
      <msub>
        <mi>v</mi>
        <mi>d</mi>
      </msub>
    </Equation>
  );
}

export function SoftmaxEquation(): JSX.Element {
  return (
    <Equation label="(2)">
      <P />
      <mo>=</mo>
      <mfrac>
        <ExpSimilarity at="i" />
        <mrow>
          <munderover>
            <mo>∑</mo>
            <mrow>
              <mi>j</mi>
              <mo>=</mo>
              <mn>1</mn>
            </mrow>
            <mi>n</mi>
          </munderover>
          <ExpSimilarity at="j" />
        </mrow>
      </mfrac>
      <mo>=</mo>
      <mfrac>
        <ExpSimilarity at="i" />
        <mi>Z</mi>
      </mfrac>
    </Equation>
  );
}

export function PosteriorEquation(): JSX.Element {
  return (
    <Equation label="(6)">
      <H />
      <mo>=</mo>
      <mfrac>
        <P />
        <mrow>
          <P />
          <mo>+</mo>
          <mi>m</mi>
          <Sub of="P" at="n" />
        </mrow>
      </mfrac>
      <mo>,</mo>
      <mspace width="1em" />
      <Sub of="P" at="n" />
      <mo>=</mo>
      <mfrac>
        <mn>1</mn>
        <mi>n</mi>
      </mfrac>
    </Equation>
  );
}

export function NceEquation(): JSX.Element {
  return (
    <Equation label="(7)">
      <mi>J</mi>
      <mo>=</mo>
      <mo>−</mo>
      <mi>log</mi>
      <H />
      <mo>−</mo>
      <munder>
        <mo>∑</mo>
        <mtext>m drawn rows i′</mtext>
      </munder>
      <mi>log</mi>
      <mo>(</mo>
      <mn>1</mn>
      <mo>−</mo>
      <H at="i′" />
      <mo>)</mo>
    </Equation>
  );
}

export function UpdateEquation(): JSX.Element {
  return (
    <Equation>
      <Sub of="v" at="i" />
      <mo>←</mo>
      <mi>normalise</mi>
      <mo>(</mo>
      <mi>μ</mi>
      <Sub of="v" at="i" />
      <mo>+</mo>
      <mo>(</mo>
      <mn>1</mn>
      <mo>−</mo>
      <mi>μ</mi>
      <mo>)</mo>
      <V />
      <mo>)</mo>
    </Equation>
  );
}
