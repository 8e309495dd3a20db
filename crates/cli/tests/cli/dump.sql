--
-- PostgreSQL database dump
--
\restrict aB3
SET statement_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = off;
SELECT pg_catalog.set_config('search_path', '', false);
CREATE TABLE public.thing (id integer NOT NULL, name text, tags text[], facts jsonb,
    twice integer GENERATED ALWAYS AS ((id * 2)) STORED);
CREATE FUNCTION public.named(text) RETURNS integer LANGUAGE sql AS $_$
    SELECT id FROM public.thing WHERE name = $1; $_$;
CREATE VIEW public.square AS SELECT id FROM public.thing WHERE (facts ? 'sides');
INSERT INTO public.thing VALUES (1, 'it\'s; a \\ string', '{a,b}', NULL);
SET standard_conforming_strings = on;

--
-- Data for Name: thing; Type: TABLE DATA
--

COPY public.thing (id, name, tags, facts) FROM stdin;
2	tab\there, line\nthere, a \\	{x,NULL}	{"sides": 4}
3	\N	\N	\N
4		{}	{}
5	ü; -- no comment	{}	{}
\.

ALTER TABLE ONLY public.thing ADD CONSTRAINT thing_pkey PRIMARY KEY (id);
\unrestrict aB3
