"""The JSON Schema of pipeline files, for editors and other checks without etl-host."""

from __future__ import annotations

from etl_host.pipeline.json_schema.schema import PipelineSchema, pipeline_schema

__all__ = ["PipelineSchema", "pipeline_schema"]
